import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { Fault } from '../../local/github/server.ts'
import { REPOSITORY } from '../support/journey.ts'
import { type FaultWorld, openFaultWorld } from './fault-world.ts'

const TOKEN = 'ghp_canary'
/** On the download host. */
const TARBALL = /\/legacy\.tar\.gz\//
/** A source that cannot be pulled is downloaded. */
const NO_LIST = { match: '/git/trees/', status: 404 }
const retry = { 'retry-after': '60' }

/** How GitHub goes wrong, and what the record of the merge says until it is right again. */
const LIES: [string, Omit<Fault, 'match'> & { match?: Fault['match'] }, RegExp][] = [
  ['answers 500', { status: 500 }, /GitHub answered 500/],
  ['answers 429 with Retry-After', { status: 429, headers: retry }, /rate limit is used up for 60 s/],
  ['answers 403 with Retry-After', { status: 403, headers: retry }, /rate limit is used up for 60 s/],
  ['answers 403', { status: 403 }, /is github-token still valid/],
  ['answers 404', { status: 404 }, /GitHub does not show/],
  ['breaks every connection', { drop: true }, /GitHub does not answer/],
  ['answers what is not JSON', { body: '<html>' }, /not what its API promises/],
  [
    'redirects in a circle',
    { redirectTo: '/repos/around' },
    /GitHub (?:answers with a redirect|does not show)/,
  ],
  ['cuts the tarball off', { match: TARBALL, truncateAt: 100 }, /did not arrive whole/],
  ['stalls in the tarball', { match: TARBALL, stallAfter: 20, times: 1 }, /did not arrive whole/],
  ['sends an empty tarball', { match: TARBALL, status: 200, body: '' }, /did not arrive whole|is empty/],
  [
    'says that the tarball is shorter than it is',
    { match: TARBALL, headers: { 'content-length': '100' } },
    /did not arrive whole/,
  ],
  [
    'says that the tarball is longer than it is',
    { match: TARBALL, headers: { 'content-length': '100000' }, truncateAt: 200 },
    /did not arrive whole/,
  ],
]

const lies = suite('a GitHub that')
let world: FaultWorld
lies.before(async () => {
  world = await openFaultWorld()
  writeFileSync(join(world.state.secrets, 'github-token'), TOKEN)
  await world.judge(await world.mergeBoth())
})
lies.after(() => world.close())

/** The reason with which a merge waits. */
async function waits(sha: string, reason: RegExp): Promise<void> {
  const id = await realId()
  await world.until(`${reason}`, async () => {
    const record = await world.ledger.merge(id, sha)
    return record?.state === 'queued' && reason.test(record.reason ?? '')
  })
}

async function realId(): Promise<number> {
  const [id = 0] = await world.ledger.repositoryIds()
  return id
}

for (const [lie, fault, reason] of LIES)
  lies(`${lie} makes a merge wait, with the reason, until it is right again`, async () => {
    const wrong = { match: /^GET \/repos\//, ...fault }
    world.github.faults.add(wrong)
    world.github.faults.add(NO_LIST)
    const merge = await world.mergeBoth()
    await waits(merge.sha, reason)
    assert.equal(world.faulty.digests('web', merge.versions.web ?? ''), [])
    world.github.faults.clear()
    await world.catchUp()
    await world.judge(merge)
  })

lies('sends the tarball of another commit has nothing built of it', async () => {
  const before = await world.mergeBoth()
  await world.judge(before)
  const redirectTo = `${world.github.url}/repos/${REPOSITORY}/tarball/${before.sha}`
  world.github.faults.add({ match: /\/tarball\//, redirectTo, times: 1 })
  world.github.faults.add({ ...NO_LIST, times: 1 })
  const merge = await world.mergeBoth()
  await waits(merge.sha, /is acme-.*, not commit/)
  await world.catchUp()
  await world.judge(merge)
})

lies('redirects to another host shows it no token', async () => {
  const seen: IncomingHttpHeaders[] = []
  const thief = createServer((request, response) => {
    seen.push(request.headers)
    response.writeHead(404).end()
  }).listen(0, '127.0.0.1')
  await once(thief, 'listening')
  const address = `http://127.0.0.1:${(thief.address() as AddressInfo).port}/`
  for (const match of [/^GET \/repos\/[^/]+\/[^/]+$/, /^GET \/repos\/.*\/tarball\//]) {
    seen.length = 0
    world.github.faults.add({ match, redirectTo: address })
    world.github.faults.add(NO_LIST)
    const merge = await world.mergeBoth()
    await world.until('the other host to be asked', async () => seen.length > 0)
    await waits(merge.sha, /GitHub (?:does not show|has no tarball)/)
    assert.not.match(JSON.stringify(seen), new RegExp(TOKEN))
    world.github.faults.clear()
    await world.catchUp()
    await world.judge(merge)
  }
  thief.close()
  assert.not.match(world.lines.join('\n'), new RegExp(TOKEN))
})

lies.run()
