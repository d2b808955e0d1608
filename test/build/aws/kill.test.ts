import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { AT_ONCE } from '../../../functions/build/aws/api.ts'
import { MARKED_EVERY } from '../../../functions/build/aws/upload.ts'
import { linearOf } from '../../support/aws/account.ts'
import { type Emulator, startEmulator } from '../../support/aws/emulator.ts'
import { until } from '../../support/until.ts'
import { linearHash, makeDisk } from './stage.ts'

const BLOCKS = 400
const { raw, layer } = await makeDisk(BLOCKS)

function begin(env: Record<string, string>) {
  const file = join(import.meta.dirname, 'register-once.ts')
  const child = spawn(process.execPath, ['--import', 'tsx', file, layer], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  return { child, said: text(child.stdout) }
}

const killing = suite('register, killed')
killing('ends in a second process with one snapshot and one AMI, and few blocks are sent twice', async () => {
  const aws = await startEmulator({ latency: 5, lag: { look: 0 } })
  try {
    await killedOnce(aws)
  } finally {
    await aws.close()
  }
})
killing.run()

async function killedOnce(aws: Emulator): Promise<void> {
  const written = () => [...aws.account.snapshots.values()][0]?.tags['artefacto:written']
  const first = begin(aws.env)
  await until(() => Number(written() ?? 0) > 0, 'a mark')
  first.child.kill('SIGKILL')
  await once(first.child, 'close')
  const [snapshot] = aws.account.snapshots.values()
  assert.is(snapshot?.status, 'pending')
  const there = snapshot?.digests.size ?? 0
  assert.ok(there >= MARKED_EVERY && there < BLOCKS, String(there))

  const second = begin(aws.env)
  const [code] = await once(second.child, 'close')
  assert.is(code, 0)
  assert.match(
    await second.said,
    /^going on with the snapshot snap-\w+: \d+ MiB of the disk are at AWS already\n/,
  )
  assert.equal([aws.account.snapshots.size, aws.account.images.size], [1, 1])
  assert.is(linearOf(snapshot as never), linearHash(raw))
  const twice = [...(snapshot?.puts.values() ?? [])].reduce((sum, puts) => sum + puts - 1, 0)
  // What landed since the last mark, what was on its way then, and what went on while the mark itself did.
  assert.ok(twice <= MARKED_EVERY + 2 * AT_ONCE, `${twice} blocks were sent twice`)
  console.log(`${there} of ${BLOCKS} blocks were there, ${twice} were sent twice`)
}
