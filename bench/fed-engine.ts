import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Journey } from '../test/support/journey.ts'
import { openDockerCli } from './docker-cli.ts'

/** What is to be built: `host/NAME` with its tag, and the files of its folder. */
export type Fed = { image: string; files: Record<string, string> }

export type FedEngine = Awaited<ReturnType<typeof openFedEngine>>

/** The engine and the registry without anything of ours: a script that builds and pushes folders that lie there. */
export async function openFedEngine(world: Journey, atOnce: number) {
  const { folder: config, sh, close } = await openDockerCli(world)
  const { host } = world.stack.registry
  return {
    /** Builds and pushes all of these, so many at once. In ms. */
    async feed(all: Fed[]): Promise<number> {
      const folders = mkdtempSync(join(config, 'sources-'))
      for (const [index, { files }] of all.entries()) write(join(folders, String(index)), files)
      const lines = all.map(({ image }, index) => `${host}/${image} ${join(folders, String(index))}\n`)
      const list = join(folders, 'list')
      writeFileSync(list, lines.join(''))
      const began = performance.now()
      const each = `docker build -q -t "$0" "$1" && docker push -q "$0"`
      await sh(`xargs -n 2 -P ${atOnce} sh -c '${each}' < ${list}`)
      const ms = performance.now() - began
      rmSync(folders, { recursive: true })
      return ms
    },
    close,
  }
}

function write(folder: string, files: Record<string, string>): void {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), content)
  }
}
