import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Engine, findOrStartEngine } from '../../local/engine.ts'
import type { LocalGitHub } from '../../local/github/server.ts'
import { ready } from '../../local/ready.ts'
import { type Stack, type StackOptions, startStack } from '../../local/stack.ts'
import { openState, type State } from '../../local/state.ts'
import { freePort } from './free-port.ts'
import { openRemote } from './remote-world.ts'
import { REPOSITORY } from './shop.ts'
import { givenTarget } from './target.ts'
import { worldOf } from './world.ts'

export { images, name, REPOSITORY, service } from './shop.ts'

/** What works on any OpenFaaS. */
export type World = Awaited<ReturnType<typeof openRemote>>

/** A world with all of its inside: environment, processes, lines. */
export type Journey = Awaited<ReturnType<typeof openJourney>>

type More = (around: { state: State; registryPort: number }) => Record<string, Record<string, string>>

/** The OpenFaaS that `npm run journey` was given, else all of artefacto on free ports. */
export async function openWorld(): Promise<World> {
  const target = givenTarget()
  if (target) return openRemote(target)
  const world = await openJourney(() => ({ badge: { pages: 'private' } }))
  // With a token the catch-up asks GitHub at each call.
  writeFileSync(join(world.state.secrets, 'github-token'), 'ghp_test')
  return world
}

/**
 * All of artefacto on free ports, as `npm start` starts it, with one repository that has no images.json yet. `folder`
 * is its state, made new unless it is given, and removed at the end.
 */
export async function openJourney(
  more: More = () => ({}),
  {
    folder = mkdtempSync(join(tmpdir(), 'artefacto-journey-')),
    coldAnswers,
    localGitHub,
  }: { folder?: string } & Pick<StackOptions, 'coldAnswers' | 'localGitHub'> = {},
) {
  const state = openState(folder)
  const lines: string[] = []
  const engine: Engine = await findOrStartEngine({ state, say: () => {} })
  const registryPort = await freePort()
  const stack: Stack = await startStack({
    state,
    engine,
    port: 0,
    registryPort,
    branch: 'develop',
    repositories: ['acme/*'],
    realGitHub: false,
    say: () => {},
    log: (line) => lines.push(line),
    more: more({ state, registryPort }),
    ...(coldAnswers && { coldAnswers }),
    ...(localGitHub && { localGitHub }),
  })
  await ready(stack.gateway.url)
  const github = stack.github as LocalGitHub
  if (!github.exists(REPOSITORY)) await github.create(REPOSITORY, { files: { 'README.md': '# shop\n' } })
  const world = worldOf({
    gateway: stack.gateway.url,
    github,
    registryUrl: stack.registry.url,
    secrets: state.secrets,
    pause: 50,
    hint: () => lines.slice(-30).join('\n'),
  })
  return {
    ...world,
    state,
    engine,
    stack,
    lines,
    /** A catch-up from its beginning to its end: by a new process, which has not asked within the minute. */
    async catchUp(): Promise<void> {
      await world.until('a catch-up that is due', async () => {
        await stack.gateway.restart('build')
        return (await world.call('/function/build', { catch_up: true })).ok
      })
    },
    async close(): Promise<void> {
      await stack.stop()
      await engine.stop()
      state.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
