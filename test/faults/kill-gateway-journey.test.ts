import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { freePort } from '../support/free-port.ts'
import { npmStart, type Started } from '../support/npm-start.ts'
import { until } from '../support/until.ts'

const killed = suite('npm start killed, and with it the gateway and its queue')
const state = mkdtempSync(join(tmpdir(), 'artefacto-gateway-'))
const started: Started[] = []
killed.after(async () => {
  for (const one of started) await one.end('SIGINT')
  rmSync(state, { recursive: true, force: true })
})

/** The processes of the functions that use this state. */
function functions(): string[] {
  const ours = (pid: string) => {
    try {
      const environment = readFileSync(`/proc/${pid}/environ`, 'utf8')
      return environment.includes('function_dir=') && environment.includes(state)
    } catch {
      // It has ended meanwhile.
      return false
    }
  }
  return readdirSync('/proc').filter((pid) => existsSync(`/proc/${pid}/environ`) && ours(pid))
}

killed('leaves no function behind, and the next one builds what it had accepted', async () => {
  const port = await freePort()
  const args = ['--state', state, '--port', `${port}`, '--registry-port', `${await freePort()}`]
  const start = () => {
    const one = npmStart(args, {})
    started.push(one)
    return one
  }
  const first = start()
  await first.says(/Merged artefacto\/sample/)
  assert.is(functions().length, 3)
  await first.end('SIGKILL')
  await until(() => functions().length === 0, 'the end of the functions')
  await start().says(/Ctrl-C ends all of it/)
  for (const service of ['web', 'api'])
    await until(async () => {
      const answer = await fetch(`http://127.0.0.1:${port}/function/badge/${service}.json`)
      return ((await answer.json()) as { message: string }).message === '1.0.0'
    }, `the badge of ${service}`)
  assert.is(functions().length, 3)
})
killed.run()
