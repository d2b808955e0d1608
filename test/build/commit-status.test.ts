import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { commitStatuses, type Pages, wholeStatus } from '../../functions/build/commit-status.ts'
import type { MergedService, MergeRecord } from '../../functions/shared/merge-record.ts'

const URL = 'https://ci.example'
const DIGEST = `sha256:abcdef123456${'7'.repeat(52)}`
const MERGE: MergeRecord = {
  repositoryId: 42,
  sha: 'a'.repeat(40),
  repository: 'acme/shop',
  branch: 'develop',
  time: 1_795_373_480_000,
  state: 'building',
  services: [],
  known: [],
  attempt: 1,
  queued: '2026-11-22T18:00:00Z',
}
const PAGES: Pages = new Map([['web', { key: undefined }]])
const said = (record: Partial<MergeRecord>, service: Partial<MergedService>): [string, string] => {
  const one: MergedService = { name: 'web', version: '1.4.3', state: 'built', build: '17-a', ...service }
  const [status] = commitStatuses({ ...MERGE, ...record, services: [one] }, URL, PAGES)
  return [status?.state ?? '', status?.description ?? '']
}

const TABLE: [title: string, Partial<MergeRecord>, Partial<MergedService>, [string, string]][] = [
  ['is queued for a slot', {}, { state: 'queued' }, ['pending', 'building 1.4.3']],
  ['is being built', {}, { state: 'building' }, ['pending', 'building 1.4.3']],
  [
    'is being published',
    { state: 'publishing' },
    { state: 'staged', digest: DIGEST },
    ['pending', 'building 1.4.3'],
  ],
  [
    'is built',
    { state: 'built' },
    { state: 'built', digest: DIGEST },
    ['success', '1.4.3 published as sha256:abcdef123456'],
  ],
  [
    'is unchanged, while a sibling is still being built',
    {},
    { state: 'unchanged', digest: DIGEST },
    ['success', '1.4.3 unchanged, sha256:abcdef123456'],
  ],
  [
    'failed',
    { state: 'failed', reason: 'web: RUN make: exit code 2' },
    { state: 'failed', reason: 'RUN make: exit code 2' },
    ['failure', 'RUN make: exit code 2'],
  ],
  [
    'is held by a sibling that failed',
    { state: 'failed', reason: 'api: no' },
    { state: 'held', reason: 'held, because of api: no' },
    ['failure', 'held, because of api: no'],
  ],
  [
    'is held by a sibling that is tried again',
    { state: 'error', reason: 'api: GitHub is down' },
    { state: 'held', reason: 'held, because of api: GitHub is down' },
    ['pending', '1.4.3 waits: held, because of api: GitHub is down'],
  ],
  [
    'met a passing error, and is tried again',
    { state: 'error', reason: 'web: the registry does not answer' },
    { state: 'error', reason: 'the registry does not answer' },
    ['pending', '1.4.3 waits: the registry does not answer'],
  ],
  [
    'met a passing error beside a sibling that failed, so that nothing is tried again',
    { state: 'failed', reason: 'api: no' },
    { state: 'error', reason: 'the registry does not answer' },
    ['error', 'the registry does not answer'],
  ],
  [
    'waits, after an attempt that ended for another reason',
    { state: 'queued', reason: 'the Docker Engine does not answer' },
    { state: 'error', reason: 'no space left' },
    ['pending', '1.4.3 waits: the Docker Engine does not answer'],
  ],
  [
    'waits in the middle of its publication',
    { state: 'publishing', reason: 'the registry does not answer' },
    { state: 'staged' },
    ['pending', '1.4.3 waits: the registry does not answer'],
  ],
  [
    'was superseded',
    { state: 'superseded', reason: 'web: a newer merge, 1a2b3c4, moves the same tags' },
    { state: 'superseded', reason: 'a newer merge, 1a2b3c4, moves the same tags' },
    ['error', 'a newer merge, 1a2b3c4, moves the same tags'],
  ],
  [
    'was given up before it began',
    { state: 'failed', reason: 'the sources cannot be built' },
    { state: 'queued' },
    ['failure', 'the sources cannot be built'],
  ],
]

const services = suite('commitStatuses: a service that')
for (const [title, record, service, expected] of TABLE)
  services(title, () => assert.equal(said(record, service), expected))
services('says its reason on one line, which no letter can turn around', () => {
  const [, words] = said({ state: 'failed' }, { state: 'failed', reason: 'a\nb\u001b[31m\u202ec' })
  assert.is(words, 'a b [31m c')
})
services('has a long reason cut to what GitHub takes, not within a character', () => {
  for (const reason of ['x'.repeat(500), `${'x'.repeat(138)}😀😀`, '😀'.repeat(200)]) {
    const [, words] = said({ state: 'failed' }, { state: 'failed', reason })
    assert.ok(words.length <= 140 && words.endsWith('…'), words)
    // Throws at half a character.
    encodeURIComponent(words)
  }
})
services('has a version as long as a tag may be', () => {
  const version = 'v'.repeat(128)
  assert.ok(said({}, { version })[1].length <= 140)
})
const AMI = { id: 'ami-0123456789abcdef0', region: 'eu-central-1', snapshot: 'snap-0123456789abcdef0' }
const withAmi = (service: Partial<MergedService>): string => {
  const one: MergedService = { name: 'web', version: '1.4.3', state: 'built', build: '17-a', ...service }
  const pages: Pages = new Map([['web', { key: undefined, ami: AMI }]])
  return (
    commitStatuses({ ...MERGE, services: [{ ...one, digest: DIGEST }] }, URL, pages)[0]?.description ?? ''
  )
}
services('names its AMI and the region', () => {
  const named = 'ami-0123456789abcdef0 in eu-central-1, sha256:abcdef123456'
  assert.is(withAmi({}), `1.4.3 published as ${named}`)
  assert.is(withAmi({ state: 'unchanged' }), `1.4.3 unchanged, ${named}`)
})
services('names its AMI whole beside a version of 70 letters', () => {
  const words = withAmi({ version: 'v'.repeat(70) })
  assert.ok(words.length <= 140 && words.includes(`${AMI.id} in ${AMI.region}, `), words)
})
services.run()

const links = suite('commitStatuses: the link of a service')
const link = (pages: Pages) => {
  const one: MergedService = { name: 'web', version: '1', state: 'built', build: '17-a' }
  return commitStatuses({ ...MERGE, services: [one] }, URL, pages)[0]?.target_url
}
links('leads to its build', () => assert.is(link(PAGES), `${URL}/function/badge/web/builds/17-a`))
links('carries the key where the repository is private', () => {
  assert.is(link(new Map([['web', { key: 'k' }]])), `${URL}/function/badge/web/builds/17-a?key=k`)
})
links('leads to no page of a service that belongs to another', () => {
  assert.is(link(new Map()), `${URL}/function/badge/`)
})
links.run()

const merges = suite('commitStatuses: a merge')
const reason = 'images.json: /1/version: 7 is not a text'
merges('has a status for each service, under its name', () => {
  const all = ['web', 'api'].map((name) => ({ name, version: '1', state: 'queued' as const, build: 'b' }))
  const told = commitStatuses({ ...MERGE, services: all }, URL, PAGES)
  assert.equal(
    told.map(({ context }) => context),
    ['artefacto/web', 'artefacto/api'],
  )
})
merges('that failed before its services were known has one', () => {
  assert.equal(commitStatuses({ ...MERGE, state: 'failed', reason }, URL, PAGES), [
    { context: 'artefacto', state: 'failure', description: reason, target_url: `${URL}/function/badge/` },
  ])
})
merges('that waits before its services are known has none', () => {
  assert.equal(commitStatuses({ ...MERGE, state: 'queued', reason: 'no' }, URL, PAGES), [])
})
merges('that GitHub has not confirmed has none', () => {
  assert.equal(commitStatuses({ ...MERGE, time: undefined, state: 'failed', reason }, URL, PAGES), [])
})
merges('that concerns a commit as a whole is cut, too', () => {
  assert.is(wholeStatus('error', 'x'.repeat(200), URL).description.length, 140)
})
merges.run()
