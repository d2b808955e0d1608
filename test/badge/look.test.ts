import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { type Facts, look } from '../../functions/badge/look.ts'
import type { ServiceState } from '../../functions/shared/build-record.ts'
import { build, MERGE_STATES, merge, SERVICE_STATES, TIME } from './records.ts'

const as = (state: ServiceState, version = '1.4.3') => ({
  services: [{ name: 'web', version, state, build: 'x' }],
})
const unread = { services: [] }
const published = build()
const current = build({ version: '1.4.3' })
const manual = build({ manual: true, time: TIME + 5_000, version: '1.5.0' })

type Row = [title: string, facts: Partial<Facts>, message: string, color: string]
const rows: Row[] = [
  [
    'a built version that stands',
    { newest: merge('built', as('built')), published: current },
    '1.4.3',
    'green',
  ],
  ['an unchanged version', { newest: merge('built', as('unchanged')), published: current }, '1.4.3', 'green'],
  [
    'a version that is gone or another',
    { newest: merge('built', as('built')), published: current, gone: ['1.4.3'] },
    '1.4.3 missing',
    'red',
  ],
  [
    'a built version whose disk is gone or another',
    { newest: merge('built', as('built')), published: current, gone: ['1.4.3-ami'] },
    '1.4.3 missing',
    'red',
  ],
  ['a built version whose record is gone', { newest: merge('built', as('built')) }, '1.4.3 missing', 'red'],
  ['a queued merge', { newest: merge('queued'), published }, '1.4.2 · building 1.4.3', 'blue'],
  ['a building merge', { newest: merge('building'), published }, '1.4.2 · building 1.4.3', 'blue'],
  ['a publishing merge', { newest: merge('publishing'), published }, '1.4.2 · building 1.4.3', 'blue'],
  ['a first version being built', { newest: merge('building') }, 'building 1.4.3', 'blue'],
  [
    'a merge whose images.json is not read yet',
    { newest: merge('queued', unread), published },
    '1.4.2 · building',
    'blue',
  ],
  [
    'a first merge whose images.json is not read yet',
    { newest: merge('queued', { ...unread, known: [] }) },
    'building',
    'blue',
  ],
  ['a merge in error', { newest: merge('error', as('error')), published }, '1.4.2 · 1.4.3 waiting', 'blue'],
  ['a first merge in error', { newest: merge('error', as('error')) }, '1.4.3 waiting', 'blue'],
  [
    'a merge in error before images.json was read',
    { newest: merge('error', unread), published },
    '1.4.2 · waiting',
    'blue',
  ],
  ['a failed service', { newest: merge('failed', as('failed')), published }, '1.4.2 · 1.4.3 failing', 'red'],
  ['a held service', { newest: merge('failed', as('held')), published }, '1.4.2 · 1.4.3 failing', 'red'],
  [
    'a superseded merge, the newer one of which has lost its record',
    { newest: merge('superseded', as('superseded')), published },
    '1.4.2',
    'green',
  ],
  ['a first version that failed', { newest: merge('failed', as('failed')) }, '1.4.3 failing', 'red'],
  [
    'a version that is taken',
    { newest: merge('failed', { ...as('failed', '1.4.2'), code: 'version_taken' }), published },
    '1.4.2 · 1.4.2 failing',
    'red',
  ],
  [
    'a merge that failed before anything was planned',
    { newest: merge('failed', { ...unread, code: 'not_merged' }), published },
    '1.4.2 · failing',
    'red',
  ],
  [
    'a published version in a merge where only a sibling failed',
    { newest: merge('failed', as('unchanged', '1.4.2')), published },
    '1.4.2',
    'green',
  ],
  [
    'an images.json that cannot be used',
    { newest: merge('failed', { ...unread, code: 'images_invalid' }), published },
    '1.4.2 · images.json invalid',
    'red',
  ],
  [
    'an images.json that is gone',
    { newest: merge('failed', { ...unread, code: 'images_missing' }), published },
    '1.4.2 · images.json invalid',
    'red',
  ],
  [
    'a service that was retired before images.json broke',
    { newest: merge('failed', { ...unread, known: ['api'], code: 'images_invalid' }), published },
    '1.4.2 · retired',
    'grey',
  ],
  [
    'a service that the merge does not name any more',
    { newest: merge('built', { ...unread, known: ['api'] }), published },
    '1.4.2 · retired',
    'grey',
  ],
  [
    'a retired service while its repository builds others',
    { newest: merge('building', { ...unread, known: ['api'] }), published },
    '1.4.2 · retired',
    'grey',
  ],
  [
    'a retired service that never had a version',
    { newest: merge('built', { ...unread, known: ['api'] }) },
    'retired',
    'grey',
  ],
  ['a service that nobody knows', {}, 'unknown', 'grey'],
  ['a service that only a method call built', { published: manual }, '1.5.0', 'green'],
  [
    'a method call in a repository whose merges do not name the service',
    { newest: merge('built', { ...unread, known: ['api'], time: TIME + 9_000 }), published: manual },
    '1.5.0',
    'green',
  ],
  [
    'a method call of a newer commit than the merge',
    { newest: merge('failed', as('failed')), published: manual },
    '1.5.0',
    'green',
  ],
  [
    'a method call of an older commit than the merge',
    { newest: merge('building', { time: TIME + 9_000 }), published: manual },
    '1.5.0 · building 1.4.3',
    'blue',
  ],
]

const looking = suite('badge look')
for (const [title, facts, message, color] of rows)
  looking(title, () => {
    const { standing, ...seen } = look({ service: 'web', gone: [], ...facts })
    assert.equal(seen, { message, color, isError: color === 'red' })
    const word = / (building|waiting|failing|retired|missing)\b/.exec(` ${message}`)?.[1]
    assert.is(standing, word ?? (/invalid|unknown/.exec(message)?.[0] || 'published'))
  })
looking('is never green without a HEAD that gave the digest', () => {
  for (const newest of MERGE_STATES.flatMap((state) =>
    SERVICE_STATES.map((service) => merge(state, as(service))),
  ))
    for (const known of [undefined, published, current, manual])
      assert.is.not(look({ service: 'web', newest, published: known, gone: ['1.4.2'] }).color, 'green')
})
looking.run()
