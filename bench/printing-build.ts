import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Journey } from '../test/support/journey.ts'
import { openDockerCli } from './docker-cli.ts'

/** A Dockerfile whose build prints the time five times a second until it is ended. `who` keeps it out of another's cache. */
export function printing(base: string, who: string): string {
  const script = `/* ${who} */ setInterval(() => console.log('stamp', Date.now()), 200)`
  return `FROM ${base}\nRUN ["node", "-e", ${JSON.stringify(script)}]\n`
}

/** Such a build called by hand; `delays` grows with each line that the terminal gets, in ms since it was printed. */
export async function buildByHand(world: Journey, dockerfile: string) {
  const { env, close } = await openDockerCli(world)
  const folder = mkdtempSync(join(tmpdir(), 'artefacto-printing-'))
  writeFileSync(join(folder, 'Dockerfile'), dockerfile)
  const child = spawn('docker', ['build', '--progress=plain', folder], {
    env,
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  const ended = new Promise((resolve) => child.once('exit', resolve))
  const delays: number[] = []
  await new Promise<void>((resolve, reject) => {
    ended.then(() => reject(new Error('docker build ended by itself')))
    createInterface(child.stderr).on('line', (line) => {
      const [, stamp] = /stamp (\d+)/.exec(line) ?? []
      if (stamp === undefined) return
      delays.push(Date.now() - Number(stamp))
      resolve()
    })
  })
  return {
    delays,
    async close() {
      child.kill('SIGINT')
      await ended
      close()
      rmSync(folder, { recursive: true })
    },
  }
}
