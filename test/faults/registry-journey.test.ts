import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdirSync, mkdtempSync, readFileSync, statfsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { makeAuthority, makeLeaf } from '../../registry/certificates.ts'
import { images, REPOSITORY, service } from '../support/journey.ts'
import { type FaultWorld, openFaultWorld } from './fault-world.ts'

const NAMES = ['localhost', '127.0.0.1']
const YEARS_AGO = new Date('2020-01-01T00:00:00Z')

const lies = suite('a registry')
let world: FaultWorld
lies.before(async () => {
  world = await openFaultWorld()
  await world.judge(await world.mergeBoth())
})
lies.after(() => world.close())

const file = (name: string) => readFileSync(join(world.state.certs, name), 'utf8')
const IDENTITIES: Record<string, () => Promise<{ cert: string; key: string }>> = {
  'whose certificate has expired': async () =>
    makeLeaf({ cert: file('ca.crt'), key: file('ca.key') }, NAMES, YEARS_AGO),
  'whose certificate is of a foreign CA': async () =>
    makeLeaf(await makeAuthority(new Date()), NAMES, new Date()),
  'whose certificate has another name': async () =>
    makeLeaf({ cert: file('ca.crt'), key: file('ca.key') }, ['registry.invalid'], new Date()),
}

for (const [who, identity] of Object.entries(IDENTITIES))
  lies(`${who} is not believed: nothing is green, and what was merged meanwhile is not lost`, async () => {
    world.faulty.show(await identity())
    assert.is((await world.badge('web', 'unreachable')).color, 'grey')
    const merge = await world.mergeBoth()
    const claim = { repository_id: await world.id(), repository: REPOSITORY, sha: merge.sha }
    const answer = await world.call('/function/build', claim)
    assert.is(answer.status, 503)
    assert.match(await answer.text(), /the registry does not answer/)
    assert.equal(world.faulty.digests('web', merge.versions.web ?? ''), [])
    world.faulty.show()
    await world.recovered(merge)
    await world.judge(merge)
  })

const FULL: [string, RegExp, number, RegExp][] = [
  ['a pushed image', /^PUT \/v2\/staging\/web\/manifests\//, 507, /waiting/],
  ['a log', /^POST \/v2\/builds\/web\/blobs\//, 500, /building|waiting/],
  ['a published image', /^PUT \/v2\/api\/manifests\/1\./, 500, /building/],
  ['the last record', /^PUT \/v2\/merges\/\d+\/manifests\/newest/, 507, /building|waiting|^1/],
]
for (const [what, match, status, badge] of FULL)
  lies(`that is full when it should take ${what} gets it later`, async () => {
    world.faulty.refuse({ match, status })
    const merge = await world.mergeBoth()
    await world.until('a refusal', async () => world.faulty.refused() > 0)
    await world.badge('api', badge)
    world.faulty.refuse()
    await world.recovered(merge)
    await world.judge(merge)
  })

lies('that is slow when an ended merge is tidied up loses no wish to run it again', async () => {
  const tidying = world.faulty.hold({ steps: [/^DELETE \/v2\/staging\/api\//] })
  const { sha, versions } = await world.mergeBoth({ dockerfile: 'FROM scratch\nCOPY nothing /\n' })
  await tidying
  const first = await world.ended(sha)
  assert.is(first.state, 'failed', first.reason)
  const claim = { repository_id: await world.id(), repository: REPOSITORY, sha, again: true }
  const answer = world.call('/function/build', claim)
  const waited = await Promise.race([answer, sleep(300, 'nothing yet')])
  assert.is(waited, 'nothing yet')
  world.faulty.proceed()
  assert.match(await (await answer).text(), /is being built/)
  const { build = '' } = first.services.find(({ name }) => name === 'web') ?? {}
  await world.until('a second log', async () => {
    const record = await world.ledger.build('web', build)
    return record?.logs.length === 2 && record.state === 'failed'
  })
  assert.equal(world.faulty.digests('api', versions.api ?? ''), [])
})
lies.run()

const full = suite('a registry on a full disk')
if (process.platform === 'linux' && process.getuid?.() === 0)
  full('takes what did not fit once there is room', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'artefacto-full-'))
    const disk = join(folder, 'registry')
    mkdirSync(disk)
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', disk])
    let small: FaultWorld | undefined
    try {
      small = await openFaultWorld({ folder })
      await small.judge(await small.mergeBoth())
      const files = {
        ...images({ big: '1.0.0' }),
        ...service('big', randomBytes(1_500_000).toString('base64')),
      }
      const { sha } = await small.github.merge(REPOSITORY, { files, deliver: ['pull_request'] })
      await small.until('a full disk', async () => statfsSync(disk).bavail < 16)
      await small.badge('big', /building|waiting/)
      execFileSync('mount', ['-o', 'remount,size=64m', disk])
      const merge = { sha, versions: { big: '1.0.0' } }
      await small.recovered(merge)
      await small.judge(merge)
    } finally {
      // Lazily: the registry has files open in it until the world is closed.
      execFileSync('umount', ['--lazy', disk])
      await small?.close()
    }
  })
full.run()
