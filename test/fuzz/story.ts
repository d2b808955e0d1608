import fc from 'fast-check'

/** A service as a merge's images.json names it; `source` is what its files say, `breaks` a Dockerfile that fails. */
export type Named = {
  name: string
  version: string
  /** Docker, where it is left out. */
  type?: 'AMI' | undefined
  source: number
  breaks: boolean
  /** Whether it has `latest` beside the version, and `1` where that has numbers. */
  tagged?: boolean | undefined
}

/** How the service that makes disks is: as it should be, away, gone in the middle, or of another mind. */
export type Ami = 'well' | 'away' | 'breaking off' | 'refusing'

/** What happens, one after another; in between, the processes go on as far as they come. */
export type Happening =
  | {
      kind: 'merge'
      repository: number
      services: Named[]
      /** Whether its commit has one parent, as an ordinary push's. */
      squash: boolean
      told: 'pull' | 'push' | 'nobody'
      later: number
    }
  /** `main` is fast-forwarded to `develop`. */
  | { kind: 'forward'; repository: number; told: boolean }
  | { kind: 'told'; which: number; as: 'pull' | 'push' | 'cancel' }
  | { kind: 'catch-up' }
  | { kind: 'kill'; writes: number; written: boolean }
  | { kind: 'break'; writes: number; written: boolean }
  | { kind: 'pause'; turns: number }
  | { kind: 'ami'; is: Ami }
  /** One of the two engines is gone, or is back. */
  | { kind: 'engine'; which: number; gone: boolean }

const named = fc.record({
  name: fc.constantFrom('web', 'api'),
  version: fc.constantFrom('1.0', '1.1', 'dev'),
  type: fc.constantFrom(undefined, 'AMI' as const),
  source: fc.nat(2),
  tagged: fc.boolean(),
})

/** Rather whole than broken: of ten Dockerfiles, one. */
const service = fc.tuple(named, fc.nat(9)).map(([one, dice]): Named => ({ ...one, breaks: dice === 0 }))

const kind = <K extends string>(name: K) => fc.constant(name)

/** Of the same second as the last merge, of the next, or of a later one: whoever is told late is dated late. */
const later = fc.constantFrom(0, 0, 1, 2, 60)

export const happening: fc.Arbitrary<Happening> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      kind: kind('merge'),
      repository: fc.nat(1),
      services: fc.uniqueArray(service, { minLength: 1, maxLength: 2, selector: ({ name }) => name }),
      squash: fc.boolean(),
      told: fc.constantFrom('pull', 'push', 'nobody' as const),
      later,
    }) as fc.Arbitrary<Happening>,
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: kind('told'),
      which: fc.nat(9),
      as: fc.constantFrom('pull', 'push', 'cancel' as const),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: kind('forward'), repository: fc.nat(1), told: fc.boolean() }) },
  { weight: 2, arbitrary: fc.record({ kind: kind('catch-up') }) },
  { weight: 2, arbitrary: fc.record({ kind: kind('kill'), writes: fc.nat(25), written: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ kind: kind('break'), writes: fc.nat(25), written: fc.boolean() }) },
  { weight: 3, arbitrary: fc.record({ kind: kind('pause'), turns: fc.nat(60) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: kind('ami'),
      is: fc.constantFrom<Ami[]>('well', 'well', 'away', 'breaking off', 'refusing'),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: kind('engine'), which: fc.nat(1), gone: fc.boolean() }) },
)
