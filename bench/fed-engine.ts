import { execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import type { Journey } from '../test/support/journey.ts'

const run = promisify(execFile)

/** What is to be built: `host/NAME` with its tag, and the files of its folder. */
export type Fed = { image: string; files: Record<string, string> }

export type FedEngine = Awaited<ReturnType<typeof openFedEngine>>

/** The engine and the registry without anything of ours: a script that builds and pushes folders that lie there. */
export async function openFedEngine({ engine, stack, secret }: Journey, atOnce: number) {
  const config = mkdtempSync(join(tmpdir(), 'artefacto-fed-'))
  const env = { ...process.env, DOCKER_HOST: engine.host, DOCKER_BUILDKIT: '1', DOCKER_CONFIG: config }
  const { host } = stack.registry
  const login = `docker login ${host} -u ${secret('registry-user')} --password-stdin`
  await run('sh', ['-c', `printf %s "$PASSWORD" | ${login}`], {
    env: { ...env, PASSWORD: secret('registry-password') },
  })
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
      await run('sh', ['-c', `xargs -n 2 -P ${atOnce} sh -c '${each}' < ${list}`], { env })
      const ms = performance.now() - began
      rmSync(folders, { recursive: true })
      return ms
    },
    close: () => rmSync(config, { recursive: true }),
  }
}

function write(folder: string, files: Record<string, string>): void {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), content)
  }
}
