import fc from 'fast-check'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { type Facts, look, UNKNOWN } from '../../functions/badge/look.ts'
import type { BuildRecord } from '../../functions/shared/build-record.ts'
import { build, MERGE_STATES, merge, SERVICE_STATES, TIME } from '../badge/records.ts'
import { trying } from './seed.ts'

const VERSIONS = ['1.4.2', '1.4.3']

const service = fc.record({
  name: fc.constantFrom('web', 'api'),
  version: fc.constantFrom(...VERSIONS),
  state: fc.constantFrom(...SERVICE_STATES),
  build: fc.constant('x'),
})

const newest = fc.record({
  state: fc.constantFrom(...MERGE_STATES),
  time: fc.option(fc.constantFrom(TIME - 1, TIME, TIME + 1), { nil: undefined }),
  code: fc.constantFrom(undefined, 'images_invalid', 'images_missing', 'build_failed', 'not_merged'),
  services: fc.uniqueArray(service, { maxLength: 2, selector: ({ name }) => name }),
  known: fc.subarray(['web', 'api']),
})

const published = fc.record({
  version: fc.constantFrom(...VERSIONS),
  state: fc.constantFrom('built', 'unchanged'),
  manual: fc.constantFrom(undefined, true),
})

const gone = fc.subarray(['1.4.2', '1.4.2-ami'])

/** Anything that a ledger and a registry can say, also what they never should. */
const facts: fc.Arbitrary<Facts> = fc.record({
  service: fc.constant('web'),
  newest: fc.option(
    newest.map(({ state, ...change }) => merge(state, change as object)),
    { nil: undefined },
  ),
  published: fc.option(
    published.map((change) => build(change as Partial<BuildRecord>)),
    { nil: undefined },
  ),
  gone,
})

const named = ({ newest: merged }: Facts) => merged?.services.find(({ name }) => name === 'web')

const decider = suite('look, for everything that the ledger and the registry can say')
decider('has one of the four colours and a message of one line', () => {
  const property = fc.property(facts, (said) => {
    const { message, color, isError } = look(said)
    assert.ok(['green', 'blue', 'red', 'grey'].includes(color), color)
    assert.match(message, /^[\w. ·]+$/)
    assert.is(isError, color === 'red')
  })
  fc.assert(property, trying(3000))
})
decider('is green only for the version that stands', () => {
  const property = fc.property(facts, (said) => {
    const { color, message } = look(said)
    if (color !== 'green') return
    assert.equal(said.gone, [], 'each HEAD gave the digest')
    assert.is(message, said.published?.version)
  })
  fc.assert(property, trying(3000))
})
decider('is green only if the newest merge has it, or a person published it since', () => {
  const property = fc.property(facts, (said) => {
    if (look(said).color !== 'green' || said.newest === undefined || said.published?.manual) return
    const has = ['built', 'unchanged'].includes(named(said)?.state ?? '')
    assert.ok(said.newest.state === 'built' || (has && named(said)?.version === said.published?.version))
  })
  fc.assert(property, trying(3000))
})
decider('is blue exactly while the newest merge is not over', () => {
  const property = fc.property(facts, (said) => {
    if (said.published?.manual || said.newest === undefined) return
    const open = ['queued', 'building', 'publishing', 'error', 'superseded'].includes(said.newest.state)
    const { color } = look(said)
    if (color === 'blue') assert.ok(open, said.newest.state)
    else if (open && named(said)) assert.unreachable(`${color} while ${said.newest.state}`)
  })
  fc.assert(property, trying(3000))
})
decider('says of a name that nobody has built that it is unknown', () => {
  const property = fc.property(gone, (tags) =>
    assert.equal(look({ service: 'web', newest: undefined, published: undefined, gone: tags }), UNKNOWN),
  )
  fc.assert(property, trying(10))
})
decider.run()
