import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { COUNTS, type Evidence, judge, type Made, outcomeOf, type Recorded } from '../../soak/judge.ts'
import type { Kind } from '../../soak/plan.ts'
import { type Green, type Sight, wholeVersions, wrongGreens } from '../../soak/wrong-greens.ts'

const REPOSITORY = 'acme/shop'
const BOX = { name: 'box', version: '1.0.0', state: 'unchanged', digest: 'B0', disk: 'D0' }

/** A merge that promises box, in version 1.0.0 and with its disk. */
function withDisk(sha: string, kind: Kind): Made {
  const services = [{ name: 'box', version: '1.0.0', content: 'box 0', disk: true }]
  return { repository: 'acme/machines', sha, kind, services, moving: undefined }
}

/** A merge that promises web in a version of its own and pay in one that moves. */
function made(sha: string, kind: Kind, web: [version: string, content: string], pay: string): Made {
  const services = [
    { name: 'web', version: web[0], content: web[1] },
    { name: 'pay', version: 'dev', content: pay },
  ]
  return { repository: REPOSITORY, sha, kind, services, moving: 'pay' }
}

function recorded(
  state: string,
  web: [version: string, digest: string],
  more: Partial<Recorded> = {},
): Recorded {
  const services = [
    { name: 'web', version: web[0], state: 'built', digest: web[1] },
    { name: 'pay', version: 'dev', state: 'built', digest: 'P2' },
  ]
  return { final: true, state, reason: undefined, services, ...more }
}

/** Two good merges, a broken one and one whose version is taken; each kept what was promised. */
function kept(): Evidence {
  return {
    made: [
      made('a', 'raised', ['1.0.0', 'web 0'], 'pay 0'),
      made('b', 'raised', ['1.1.0', 'web 1'], 'pay 1'),
      made('c', 'broken Dockerfile', ['1.2.0', 'web 2'], 'pay 1'),
      made('d', 'taken', ['1.0.0', 'web 3'], 'pay 1'),
      made('e', 'no merge', ['1.1.0', 'web 1'], 'pay 1'),
      withDisk('f', 'unchanged'),
    ],
    merged: new Map(['a', 'b', 'c', 'd', 'f'].map((sha) => [sha, REPOSITORY])),
    records: new Map([
      ['a', recorded('built', ['1.0.0', 'W0'])],
      ['b', recorded('built', ['1.1.0', 'W1'])],
      ['c', recorded('failed', ['1.2.0', ''])],
      ['d', recorded('failed', ['1.0.0', ''])],
      ['f', recorded('built', ['', ''], { services: [BOX] })],
    ]),
    images: new Map([
      ['web:1.0.0', { digest: 'W0', content: 'web 0' }],
      ['web:1.1.0', { digest: 'W1', content: 'web 1' }],
      ['pay:dev', { digest: 'P2', content: 'pay 1' }],
      ['box:1.0.0', { digest: 'B0', content: 'box 0' }],
    ]),
    disks: new Map([['box:1.0.0', { digest: 'D0', image: 'B0' }]]),
    digests: new Map([
      ['web:1.0.0', ['W0']],
      ['web:1.1.0', ['W1']],
      ['pay:dev', ['P1', 'P2']],
    ]),
    contents: new Map([
      ['P1', 'pay 0'],
      ['P2', 'pay 1'],
    ]),
    wrongGreens: [],
    badges: [],
    left: [],
    memory: [{ part: 'build', startMb: 70, endMb: 90 }],
  }
}

const sees = suite('the judge of a soak')

sees('finds nothing where every promise was kept', () => {
  for (const [name, faults] of Object.entries(judge(kept()))) assert.equal(faults, [], name)
})

const FAULTS: [fault: (typeof COUNTS)[number], what: string, happen: (evidence: Evidence) => unknown][] = [
  ['lost', 'a merge without a record', ({ records }) => records.delete('b')],
  ['lost', 'a failing merge without a record', ({ records }) => records.delete('c')],
  [
    'lost',
    'a merge that is still being built',
    ({ records }) => records.set('b', recorded('building', ['1.1.0', 'W1'], { final: false })),
  ],
  [
    'lost',
    'a merge that nothing was told of, and that GitHub has',
    ({ merged }) => merged.set('z', REPOSITORY),
  ],
  [
    'lost',
    'a good merge that failed',
    ({ records }) => records.set('b', recorded('failed', ['1.1.0', 'W1'])),
  ],
  [
    'lost',
    'a broken merge that was built',
    ({ records }) => records.set('c', recorded('built', ['1.1.0', 'W1'])),
  ],
  [
    'lost',
    'a taken version that was built',
    ({ records }) => records.set('d', recorded('built', ['1.0.0', 'W0'])),
  ],
  [
    'lost',
    'an ordinary push that has a record',
    ({ records }) => records.set('e', recorded('built', ['1.1.0', 'W1'])),
  ],
  ['missing', 'a version that is not in the registry', ({ images }) => images.delete('web:1.1.0')],
  [
    'missing',
    'another digest than the record says',
    ({ images }) => images.set('web:1.1.0', { digest: 'W9', content: 'web 1' }),
  ],
  [
    'missing',
    'an image that holds the sources of another merge',
    ({ images }) => images.set('web:1.1.0', { digest: 'W1', content: 'web 0' }),
  ],
  [
    'missing',
    'a service that the record leaves out',
    ({ records }) =>
      records.set(
        'b',
        recorded('built', ['1.1.0', 'W1'], { services: recorded('', ['', '']).services.slice(1) }),
      ),
  ],
  ['missing', 'a disk that is not in the registry', ({ disks }) => disks.delete('box:1.0.0')],
  [
    'missing',
    'another disk than the record says',
    ({ disks }) => disks.set('box:1.0.0', { digest: 'D9', image: 'B0' }),
  ],
  [
    'missing',
    'a disk that was made of another image',
    ({ disks }) => disks.set('box:1.0.0', { digest: 'D0', image: 'B9' }),
  ],
  [
    'missing',
    'a badge that is not right in the end',
    ({ badges }) => badges.push('the badge of web is not green'),
  ],
  [
    'wrong green',
    'a badge that named an absent version',
    ({ wrongGreens: wrong }) =>
      wrong.push({ service: 'web', version: '1.2.0', at: 0, instead: 'it was not there' }),
  ],
  [
    'moved digests',
    'a version that had two digests',
    ({ digests }) => digests.set('web:1.0.0', ['W0', 'W9']),
  ],
  [
    'moved digests',
    'a version that was away and came back as another',
    ({ digests }) => digests.set('web:1.0.0', ['W0', 'W9', 'W0']),
  ],
  [
    'moved digests',
    'a version that a failing merge published',
    ({ images }) => images.set('web:1.2.0', { digest: 'W2', content: 'web 2' }),
  ],
  [
    'moved digests',
    'a disk that had two digests',
    ({ digests }) => digests.set('box:1.0.0-ami', ['D0', 'D9']),
  ],
  [
    'moved digests',
    'a disk of a version that is of type Docker',
    ({ disks }) => disks.set('web:1.1.0', { digest: 'D1', image: 'W1' }),
  ],
  [
    'moved digests',
    'a moving version that moved back',
    ({ digests }) => digests.set('pay:dev', ['P1', 'P2', 'P1', 'P2']),
  ],
  [
    'moved digests',
    'a moving version that stayed behind',
    ({ images }) => images.set('pay:dev', { digest: 'P1', content: 'pay 0' }),
  ],
  ['left behind', 'a staged image', ({ left }) => left.push('staging/web:abc')],
  ['memory', 'a process that grew', ({ memory }) => memory.push({ part: 'badge', startMb: 60, endMb: 140 })],
]

for (const [fault, what, happen] of FAULTS)
  sees(`sees ${what}`, () => {
    const evidence = kept()
    happen(evidence)
    const verdict = judge(evidence)
    assert.is(verdict[fault].length, 1, verdict[fault].join('\n'))
    for (const other of COUNTS.filter((name) => name !== fault)) assert.equal(verdict[other], [], other)
  })

sees('forgives a merge that a newer one of a moving version has overtaken, and no other', () => {
  const evidence = kept()
  evidence.records.set('a', recorded('failed', ['1.0.0', '']))
  assert.equal(judge(evidence).lost, [])
  evidence.records.set('b', recorded('failed', ['1.1.0', '']))
  assert.is(judge(evidence).lost.length, 2)
})

sees('names each outcome as the table does', () => {
  const evidence = kept()
  evidence.records.delete('b')
  const outcomes = evidence.made.map((one) => outcomeOf(evidence, one))
  assert.equal(outcomes, ['built', 'lost', 'failed', 'taken', 'no merge', 'unchanged'])
})

sees.run()

const S = 1_000
const sight = (second: number, ...versions: string[]): Sight => ({
  service: 'web',
  versions,
  asked: second * S,
  answered: second * S + 10,
})
const green = (version: string, second: number): Green => ({
  service: 'web',
  version,
  asked: second * S,
  answered: second * S + 10,
})

const badges = suite('a green badge')

const SAMPLES: [what: string, green: Green, sights: Sight[], wrong: number][] = [
  ['of a version that stands is right', green('1.0.0', 20), [sight(1, '1.0.0'), sight(21, '1.0.0')], 0],
  ['of a version that never stood is wrong', green('1.1.0', 20), [sight(1, '1.0.0'), sight(21, '1.0.0')], 1],
  ['of a version that is gone is wrong', green('1.0.0', 20), [sight(1), sight(19), sight(21)], 1],
  [
    'of a version that was there within the cache is right',
    green('1.0.0', 20),
    [sight(10, '1.0.0'), sight(14, '1.0.0'), sight(19), sight(21)],
    0,
  ],
  [
    'of a version that came a moment ago is right',
    green('1.0.0', 20),
    [sight(1), sight(19), sight(21, '1.0.0')],
    0,
  ],
  [
    'of an old version beside a newer one is wrong',
    green('1.9.0', 20),
    [sight(1, '1.10.0', '1.9.0'), sight(21, '1.10.0', '1.9.0')],
    1,
  ],
  [
    'of an old version is right while the newer one is younger than the cache',
    green('1.9.0', 20),
    [sight(1, '1.9.0'), sight(15, '1.9.0', '1.10.0'), sight(21, '1.9.0', '1.10.0')],
    0,
  ],
  ['is not judged where the registry was not seen before', green('1.0.0', 20), [sight(18), sight(21)], 0],
  ['is not judged where the registry was not seen after', green('1.0.0', 20), [sight(1), sight(19)], 0],
  [
    'of another service is judged by its own sights',
    { ...green('1.0.0', 20), service: 'api' },
    [sight(1), sight(21)],
    0,
  ],
]
for (const [what, sample, sights, wrong] of SAMPLES)
  badges(what, () => assert.is(wrongGreens([sample], sights).length, wrong))

badges('of a version whose disk is absent is wrong, which stands nowhere without it', () => {
  const disked = (version: string) => version === '1.1.0'
  assert.equal(wholeVersions(['1.0.0', '1.1.0'], disked), ['1.0.0'])
  assert.equal(wholeVersions(['1.0.0', '1.1.0', '1.1.0-ami'], disked), ['1.0.0', '1.1.0'])
})

badges.run()
