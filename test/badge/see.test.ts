import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { readFacts } from '../../functions/badge/see.ts'
import type { BuildRecord } from '../../functions/shared/build-record.ts'
import type { MergeRecord } from '../../functions/shared/merge-record.ts'
import { build, DIGEST, merge, SHA, TIME } from './records.ts'

const OLD = build()
const NEW = build({ version: '1.4.3', time: TIME + 1_000, digest: `sha256:${'b'.repeat(64)}` })
const services = [{ name: 'web', version: '1.4.3', state: 'built' as const, build: NEW.id }]
const BUILT = merge('built', { time: NEW.time, services })
const BUILDING = merge('building', { time: NEW.time, services })

type Ledger = { published: BuildRecord | undefined; newest: MergeRecord; tags: Record<string, string> }

/** A ledger to which `meanwhile` happens after the first question for `after` was answered. */
function openLedger(start: Ledger, after: 'published' | 'newest' | 'head', meanwhile: Partial<Ledger>) {
  const now = { ...start }
  const asked: string[] = []
  const answer = <Found>(question: typeof after, found: Found) => {
    asked.push(question)
    if (question === after) Object.assign(now, meanwhile)
    return Promise.resolve(found)
  }
  const ledger = {
    owner: async () => ({ repositoryId: 7, repository: 'acme/shop' }),
    published: () => answer('published', now.published),
    newest: () => answer('newest', now.newest),
  }
  const registry = { head: (_: string, tag: string) => answer('head', now.tags[tag]) }
  return { sources: { ledger, registry }, asked }
}

const TAGS = { '1.4.2': DIGEST, '1.4.3': String(NEW.digest) }

const reading = suite('readFacts')
reading('asks four questions where nothing is published meanwhile', async () => {
  const { sources, asked } = openLedger({ published: NEW, newest: BUILT, tags: TAGS }, 'head', {})
  const { published, gone } = await readFacts(sources, 'web')
  assert.equal([published?.version, gone], ['1.4.3', []])
  assert.equal(asked.sort(), ['head', 'newest', 'published'])
})
reading('sees what a merge has built whenever it sees that it is built', async () => {
  const start = { published: OLD, newest: BUILDING, tags: { '1.4.2': DIGEST } }
  const { sources } = openLedger(start, 'published', { published: NEW, newest: BUILT, tags: TAGS })
  const { newest, published, gone } = await readFacts(sources, 'web')
  assert.equal([newest?.state, published?.version, gone], ['built', '1.4.3', []])
})
reading('the same of the first merge', async () => {
  const start = { published: undefined, newest: BUILDING, tags: {} }
  const { sources } = openLedger(start, 'published', { published: NEW, newest: BUILT, tags: TAGS })
  assert.is((await readFacts(sources, 'web')).published?.version, '1.4.3')
})
reading('finds a tag that moved while it read where it has moved to', async () => {
  const moved = build({ digest: NEW.digest, builtFrom: SHA })
  const start = { published: OLD, newest: BUILT, tags: { '1.4.2': DIGEST } }
  const meanwhile = { published: moved, tags: { '1.4.2': String(NEW.digest) } }
  const { sources } = openLedger({ ...start, newest: BUILDING }, 'published', meanwhile)
  const { published, gone } = await readFacts(sources, 'web')
  assert.equal([published?.digest, gone], [NEW.digest, []])
})
reading('says what is gone', async () => {
  const { sources } = openLedger({ published: NEW, newest: BUILT, tags: {} }, 'head', {})
  assert.equal((await readFacts(sources, 'web')).gone, ['1.4.3'])
})
reading('asks no more of a service that the newest merge does not name', async () => {
  const newest = merge('built', { time: NEW.time, services: [] })
  const { sources, asked } = openLedger({ published: OLD, newest, tags: TAGS }, 'head', {})
  await readFacts(sources, 'web')
  assert.is(asked.length, 3)
})
reading.run()
