import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { download, fileOf, missingOf } from '../../ami/recipe/download.ts'
import type { Package } from '../../ami/recipe/packages.ts'

/** A mirror with the packages `good` and `bad`; the second is not what was locked. */
const mirror = createServer(({ url }, response) => {
  const name = /\/(good|bad)_/.exec(url ?? '')?.[1]
  response.writeHead(name ? 200 : 404).end(name === 'bad' ? 'something else' : name)
})
const locked = (name: string): Package => ({
  archive: 'debian',
  path: `pool/main/${name}_1+1_all.deb`,
  size: name.length,
  sha256: createHash('sha256').update(name).digest('hex'),
})

const packages = suite('the packages of the service ami')
const test = existsSync('/usr/lib/apt/apt-helper') ? packages : packages.skip
let folder: string
packages.before(async () => {
  await new Promise<void>((resolve) => mirror.listen(0, '127.0.0.1', resolve))
  process.env.AMI_MIRROR = `http://127.0.0.1:${(mirror.address() as AddressInfo).port}/`
})
packages.before.each(() => {
  folder = mkdtempSync(join(tmpdir(), 'ami-packages-'))
})
packages.after.each(() => rmSync(folder, { recursive: true }))
packages.after(() => {
  delete process.env.AMI_MIRROR
  mirror.closeAllConnections()
  mirror.close()
})

const said = (wanted: Package[]) =>
  download(wanted, folder).then(
    () => '',
    (error: Error) => error.message,
  )

test('are fetched, also where what is there is damaged', async () => {
  const good = locked('good')
  mkdirSync(folder, { recursive: true })
  writeFileSync(fileOf(good, folder), 'goo')
  assert.equal(await missingOf([good], folder), [good])
  await download([good], folder)
  assert.is(readFileSync(fileOf(good, folder), 'utf8'), 'good')
  assert.equal(await missingOf([good], folder), [])
})
test('that the mirror does not have any more are an error that says what to do', async () => {
  assert.match(
    await said([locked('gone')]),
    /^Failed to fetch .*404.*The mirror has a newer version by now: set AMI_MIRROR/,
  )
  assert.equal(readdirSync(folder), [])
})
test('that are not as locked are an error, and are not kept', async () => {
  assert.match(
    await said([locked('good'), locked('bad')]),
    /^Failed to fetch .*bad.* Hash Sum mismatch\. It is tried again at the next start$/,
  )
  assert.equal(readdirSync(folder), [])
})
packages.run()
