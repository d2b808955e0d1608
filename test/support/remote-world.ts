import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Registry } from '../../functions/shared/registry.ts'
import { type LocalGitHub, startLocalGitHub } from '../../local/github/server.ts'
import { REPOSITORY, RUN } from './shop.ts'
import type { Target } from './target.ts'
import { worldOf } from './world.ts'

/** The functions as they are deployed somewhere, and a GitHub of this process's own that they look at. */
export async function openRemote(target: Target) {
  const folder = mkdtempSync(join(tmpdir(), 'artefacto-journey-'))
  const secret = () =>
    readFileSync(join(target.secrets, 'webhook-secret'), 'utf8').trim().split('\n')[0] ?? ''
  const webhook = { url: `${target.gateway}/function/webhook`, secret }
  const started = await startLocalGitHub({ folder, ...target.github, webhook })
  const made: string[] = []
  const create: LocalGitHub['create'] = (fullName, from, options) => {
    made.push(fullName)
    return started.create(fullName, from, options)
  }
  const github = { ...started, create }
  await github.create(REPOSITORY, { files: { 'README.md': '# shop\n' } })
  const world = worldOf({
    gateway: target.gateway,
    github,
    registryUrl: target.registry,
    secrets: target.secrets,
    pause: 250,
    hint: () => 'Look at `faas-cli logs build` and `faas-cli logs webhook`',
  })
  return {
    ...world,
    /** A catch-up from its beginning to its end. The functions do one a minute; their timer's may be the one. */
    async catchUp(): Promise<void> {
      await world.until('a catch-up that is due', async () => {
        const answer = await world.call('/function/build', { catch_up: true })
        if (answer.ok && !(await answer.text()).includes('less than a minute ago')) return true
        await sleep(1_000)
        return false
      })
    },
    async close(): Promise<void> {
      github.faults.clear()
      const merges = await Promise.all(made.map(async (fullName) => `merges/${await world.id(fullName)}`))
      await forget(world.registry, merges)
      await started.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** Takes this run's records and images out of a registry that stays: the catch-up would ask about them for ever. */
async function forget(registry: Registry, merges: string[]): Promise<void> {
  const services = (await registry.repositories('')).filter((repository) => repository.endsWith(`-${RUN}`))
  for (const repository of [...merges, ...services])
    for (const tag of await registry.tags(repository)) {
      const digest = await registry.head(repository, tag)
      if (digest !== undefined) await registry.deleteManifest(repository, digest)
    }
}
