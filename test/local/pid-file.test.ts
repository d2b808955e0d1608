import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { endRecorded, livingPid, recordPid } from '../../local/pid-file.ts'

const folder = mkdtempSync(join(tmpdir(), 'artefacto-pid-'))
const file = join(folder, 'pid')
const pids = suite('endRecorded')
pids.after.each(() => rmSync(file, { force: true }))
pids.after(() => rmSync(folder, { recursive: true }))

async function started(script: string): Promise<{ pid: number; exit: Promise<unknown[]> }> {
  const child = spawn(process.execPath, ['-e', `${script}; console.log(1); setInterval(() => {}, 1000)`])
  await once(child.stdout, 'data')
  return { pid: child.pid as number, exit: once(child, 'exit') }
}

pids('ends the recorded process and removes the file', async () => {
  const { pid, exit } = await started('')
  assert.ok(recordPid(file, pid))
  await endRecorded(file, 5000)
  assert.equal(await exit, [null, 'SIGTERM'])
  assert.is(livingPid(file), undefined)
  assert.not(existsSync(file))
})

pids('kills one that does not heed SIGTERM', async () => {
  const { pid, exit } = await started("process.on('SIGTERM', () => {})")
  recordPid(file, pid)
  await endRecorded(file, 100)
  assert.equal(await exit, [null, 'SIGKILL'])
})

pids('leaves a process alone that got the number later', async () => {
  const { pid } = await started('')
  writeFileSync(file, `${pid} 1`)
  await endRecorded(file, 5000)
  assert.ok(process.kill(pid, 'SIGKILL'))
})

pids('is content where nothing is recorded', () => endRecorded(file, 5000))

pids('does not record over another record', () => {
  assert.ok(recordPid(file, process.pid))
  assert.not(recordPid(file, process.ppid))
  assert.is(livingPid(file), process.pid)
})

pids.run()
