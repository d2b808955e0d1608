import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { startDisks } from '../../local/disks.ts'
import type { Engine } from '../../local/engine.ts'
import type { State } from '../../local/state.ts'
import { until } from '../support/until.ts'

const disks = suite('the service that makes disks, beside everything else')
const environment = { ...process.env }
let folder: string
let lines: string[]
/** An engine that has no image. */
const engine = createServer((_, response) => response.writeHead(404).end('{"message":"no such image"}'))
disks.before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'artefacto-disks-'))
  await new Promise<void>((resolve) => engine.listen(join(folder, 'docker.sock'), resolve))
})
disks.before.each(() => {
  lines = []
})
disks.after.each(() => {
  process.env = { ...environment }
})
disks.after(async () => {
  engine.closeAllConnections()
  await new Promise((resolve) => engine.close(resolve))
  rmSync(folder, { recursive: true })
})

function start({ host = `unix://${join(folder, 'docker.sock')}`, state = folder } = {}) {
  return startDisks({
    state: { folder: state } as State,
    engine: { host } as Engine,
    say: (line) => void lines.push(line),
  })
}

const SENTENCE = 'Services of type AMI have to wait, everything else works. No disks are made: '
disks('cannot be with an engine elsewhere, and says so', async () => {
  assert.is(await start({ host: 'tcp://10.0.0.1:2376' }).ready, false)
  assert.equal(lines, [
    `${SENTENCE}its socket needs a Docker Engine on this machine, and DOCKER_HOST names another`,
  ])
})
disks('cannot be in a folder whose path is too long for a socket, and says so', async () => {
  const state = join('/srv', 'long'.repeat(30))
  assert.is(await start({ state }).ready, false)
  assert.equal(lines, [
    `${SENTENCE}${state}/ami/share/ami.sock is too long a path for a socket: take a shorter --state`,
  ])
})
disks('cannot be where nothing can be kept, and says so', async () => {
  process.env.AMI_CACHE = '/dev/null/cache'
  assert.is(await start().ready, false)
  assert.equal(lines, [
    `${SENTENCE}/dev/null/cache cannot be written to (ENOTDIR): set AMI_CACHE to another folder`,
  ])
})

const apt = existsSync('/usr/lib/apt/apt-helper') ? disks : disks.skip
apt('says what it downloads and where that is kept, ends at once, and leaves nothing half', async () => {
  const cache = join(folder, 'cache')
  let asked = 0
  const mirror = createServer(() => {
    asked++
  })
  await new Promise<void>((resolve) => mirror.listen(0, '127.0.0.1', resolve))
  process.env.AMI_CACHE = cache
  process.env.AMI_MIRROR = `http://127.0.0.1:${(mirror.address() as AddressInfo).port}`
  // Another run's, and what one left that was killed long ago.
  for (const name of ['making-now', 'making-old']) mkdirSync(join(cache, name), { recursive: true })
  utimesSync(join(cache, 'making-old'), 0, 0)
  const making = start()
  await until(() => asked > 0, 'a download')
  assert.match(
    lines[0] ?? '',
    /^Downloading \d+ Debian packages \(\d+ MB\) for the service that makes disks; they stay in .*\/cache$/,
  )
  await making.stop()
  assert.is(await making.ready, false)
  assert.is(lines.length, 1)
  assert.equal(readdirSync(cache).sort(), ['making-now', 'packages'])
  assert.equal(readdirSync(join(cache, 'packages')), [])
  mirror.closeAllConnections()
  mirror.close()
})
disks.run()
