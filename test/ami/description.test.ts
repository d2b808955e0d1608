import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { admission } from '../../ami/admission.ts'
import { readDescription } from '../../ami/description.ts'
import { signedEnd } from '../../functions/shared/disk-request.ts'
import { sign } from '../../functions/shared/signature.ts'

const NOW = Date.parse('2026-11-20T12:00:00Z')
const GOOD = {
  image: `sha256:${'5e'.repeat(32)}`,
  architecture: 'amd64',
  created: '2026-11-20T10:00:00Z',
  config: { Cmd: ['/bin/x'] },
  disk: 8,
  boot: ['bios'],
  sent: '2026-11-20T12:00:00Z',
  nonce: 'a-nonce-of-its-own',
}

const reads = suite('readDescription')
reads('takes a whole one', () => assert.equal(readDescription(JSON.stringify(GOOD)), GOOD))
for (const [what, change, status, reason] of [
  ['another architecture', { architecture: 'arm64' }, 422, /is for arm64: only amd64/],
  ['no digest', { image: 'web:1.0.0' }, 400, /image must be a digest/],
  ['no time', { created: 'yesterday' }, 400, /created must be a time/],
  ['a time that FAT does not know', { created: '2107-01-01T00:00:00Z' }, 400, /before 2100/],
  ['a disk of 0 GiB', { disk: 0 }, 400, /1 to 64 GiB/],
  ['a disk of 65 GiB', { disk: 65 }, 400, /1 to 64 GiB/],
  ['half a GiB', { disk: 1.5 }, 400, /a whole number/],
  ['another firmware', { boot: ['coreboot'] }, 400, /list of bios and uefi/],
  ['no list', { boot: true }, 400, /list of bios and uefi/],
  ['a short nonce', { nonce: 'x' }, 400, /nonce must be/],
  ['a config that is none', { config: null }, 400, /config must be/],
  ['a command that is a text', { config: { Cmd: '/bin/x' } }, 400, /Cmd must be a list of texts/],
  ['a NUL in ENV', { config: { Cmd: ['x'], Env: ['A=\0'] } }, 400, /Env must be a list of texts without NUL/],
  ['a user that is a number', { config: { Cmd: ['x'], User: 7 } }, 400, /User must be a text/],
] as const)
  reads(`refuses ${what}`, () => {
    try {
      readDescription(JSON.stringify({ ...GOOD, ...change }))
      assert.unreachable()
    } catch (error) {
      assert.match((error as Error).message, reason)
      assert.is((error as { status?: number }).status, status)
    }
  })
reads('refuses what is not JSON', () => {
  for (const text of ['', 'x', 'null', '7']) assert.throws(() => readDescription(text), /is not JSON/)
})
reads.run()

const admits = suite('admission')
const header = (change: object = {}) => Buffer.from(JSON.stringify({ ...GOOD, ...change })).toString('base64')
const open = (secrets = ['new', 'old'], now = () => NOW) => admission(async () => secrets, now)
const refused = async (promise: Promise<unknown>, reason: RegExp) =>
  promise.then(
    () => assert.unreachable('it was let in'),
    (error: Error) => assert.match(error.message, reason),
  )

admits('a signed description, with either of two secrets', async () => {
  for (const secret of ['new', 'old']) {
    const { disk } = await open().description(header(), sign(secret, header()))
    assert.is(disk, 8)
  }
})
admits('none that is not signed, or signed by somebody else', async () => {
  await refused(open().description(header(), undefined), /signature is missing/)
  await refused(open().description(header(), sign('guess', header())), /signature is missing or does not fit/)
  await refused(open().description(header({ disk: 1 }), sign('new', header())), /does not fit/)
  await refused(open().description(undefined, sign('new', '')), /X-Artefacto-Description is missing/)
})
admits('none twice, and none from another time', async () => {
  let now = NOW
  const door = open(['new'], () => now)
  await door.description(header(), sign('new', header()))
  await refused(door.description(header(), sign('new', header())), /has been used before/)
  now += 6 * 60_000
  const later = header({ nonce: 'another-nonce' })
  await refused(door.description(later, sign('new', later)), /sent at another time/)
})
admits('the layers that were signed, and no others', async () => {
  const digest = `sha256:${'ab'.repeat(32)}`
  const text = header()
  await open().end(text, digest, sign('old', signedEnd(text, digest)))
  await refused(open().end(text, digest, undefined), /not those that were signed/)
  await refused(
    open().end(text, digest, sign('new', signedEnd(text, `${digest}0`))),
    /not those that were signed/,
  )
  await refused(open().end(text, digest, sign('new', text)), /not those that were signed/)
})
admits('a GET by its own signature', async () => {
  await open().get('/', sign('new', 'GET /'))
  await refused(open().get('/', sign('new', '')), /does not fit/)
})
admits.run()
