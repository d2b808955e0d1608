import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { BUILD_ID, buildAnnotations, buildId, readBuild } from '../../functions/shared/build-record.ts'
import { buildOf } from './records.ts'

const SHA = '0123456789abcdef0123456789abcdef01234567'
const TAG = /^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$/

const ids = suite('buildId')
ids('is the time in 13 digits and the begin of the commit', () =>
  assert.is(buildId(1_763_834_400_000, SHA), '1763834400000-0123456789ab'),
)
ids('sorts as text as the times do', () => {
  const times = [0, 1, 999, 1_000_000_000_000, 1_763_834_400_000, 1_763_834_400_001, 9_999_999_999_999]
  const made = times.map((time) => buildId(time, SHA))
  assert.equal([...made].reverse().sort(), made)
})
ids('is another one for another version of a method call, and the same for the same', () => {
  const [first, second] = [buildId(7, SHA, '1.0'), buildId(7, SHA, '1.1')]
  assert.is(new Set([first, second, buildId(7, SHA)]).size, 3)
  assert.is(first, buildId(7, SHA, '1.0'))
})
ids('is a tag, and known as an id', () => {
  for (const id of [buildId(7, SHA), buildId(7, SHA, 'v'.repeat(128))]) {
    assert.match(id, TAG)
    assert.match(id, BUILD_ID)
  }
})
ids.run()

const known = suite('BUILD_ID')
for (const tag of [
  'owner',
  'published',
  '',
  '1763834400000',
  '176383440000-0123456789ab',
  '1763834400000-0123456789AB',
  '1763834400000-0123456789ab-m',
  '1763834400000-0123456789ab-m0123456',
  'x1763834400000-0123456789ab',
  `1763834400000-${SHA}`,
])
  known(`is not "${tag}"`, () => assert.not.match(tag, BUILD_ID))
known.run()

const records = suite('build record')
const LOG = { mediaType: 'application/vnd.artefacto.log.v1+gzip', digest: `sha256:${SHA}`, size: 7 }
records('comes back as it was, with everything in it', () => {
  const record = buildOf('web', 5, {
    type: 'AMI',
    pullRequest: 12,
    manual: true,
    builtFrom: SHA,
    digest: `sha256:${SHA}`,
    source: 'v1:abc',
    started: '2026-11-22T18:00:00.000Z',
    finished: '2026-11-22T18:01:00.000Z',
    size: 0,
    attempt: 2,
    reason: 'RUN exit 1: "ü"\nline two',
    logs: [LOG, { ...LOG, annotations: { 'org.opencontainers.image.title': 'log.gz' } }],
  })
  assert.equal(readBuild(buildAnnotations(record), record.logs), record)
})
records('comes back as it was, with as little as a queued one has', () => {
  const record = buildOf('web', 5, { state: 'queued' })
  assert.equal(readBuild(buildAnnotations(record), []), record)
})
records('has its logs as layers and not in annotations', () => {
  const annotations = buildAnnotations(buildOf('web', 5, { logs: [LOG] }))
  assert.not('artefacto.logs' in annotations)
  for (const value of Object.values(annotations)) assert.type(value, 'string')
})
records('does not mind annotations it does not know', () => {
  const record = buildOf('web', 5)
  assert.equal(readBuild({ ...buildAnnotations(record), 'artefacto.colour': 'red' }, []), record)
})
records.run()
