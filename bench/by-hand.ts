import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Journey, REPOSITORY } from '../test/support/journey.ts'
import { openDockerCli } from './docker-cli.ts'

type How = {
  /** Further options of `git clone`. */
  clone?: string
  /** In place of `docker build`. */
  build?: string
}

/** The shell script that people have instead: the same engine and registry, the same sources, by hand. */
export async function openByHand(world: Journey, repository = REPOSITORY) {
  const { folder: config, sh, close } = await openDockerCli(world)
  const checkout = join(config, 'checkout')
  const url = `file://${world.state.github}/${repository}.git`
  const clone = (folder: string, options = '') => `git clone -q ${options} -b develop ${url} ${folder}`
  const image = (service: string, version: string) =>
    `${world.stack.registry.host}/by-hand-${service}:${version}`

  /** Builds and pushes what lies in a folder, one service after another. */
  const ship = (folder: string, services: string[], version: string, build = 'docker build') =>
    services.flatMap((service) => [
      `${build} -q -t ${image(service, version)} ${folder}/${service}`,
      `docker push -q ${image(service, version)}`,
    ])

  async function timed(commands: string[]): Promise<number> {
    const began = performance.now()
    await sh(commands.join(' && '))
    return performance.now() - began
  }

  return {
    /** Clones develop, then builds and pushes each service as `by-hand-<service>:<version>`, one after another. In ms. */
    async release(services: string[], version: string, how: How = {}): Promise<number> {
      const folder = mkdtempSync(join(tmpdir(), 'artefacto-clone-'))
      try {
        return await timed([clone(folder, how.clone), ...ship(folder, services, version, how.build)])
      } finally {
        rmSync(folder, { recursive: true })
      }
    },
    /** A checkout that stays, for `update`. */
    keep: () => sh(clone(checkout)),
    /** Pulls develop into that checkout, then builds and pushes the service. In ms. */
    update: (service: string, version: string): Promise<number> =>
      timed([`git -C ${checkout} pull -q`, ...ship(checkout, [service], version)]),
    close,
  }
}
