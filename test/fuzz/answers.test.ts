import fc from 'fast-check'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { standing } from '../../functions/build/standing.ts'
import { toFailure } from '../../functions/shared/failure.ts'
import { openLedger } from '../../functions/shared/ledger.ts'
import { openRegistry } from '../../functions/shared/registry.ts'
import type { RegistryAnswer, RegistryCall } from '../../functions/shared/registry-transport.ts'
import { bytesLike, hostileText, jsonLike } from './hostile.ts'
import { trying } from './seed.ts'
import { publishedWeb, shownBadge } from './shown-badge.ts'
import { wellFormed } from './well-formed.ts'

// That the registry says nonsense is a line of the log, each time.
process.stderr.write = () => true

const { quick, digest } = await publishedWeb()

/** The registry's own answers, with `spoil` over those of one repository's reads. */
function spoiling(where: string, spoil: (answer: RegistryAnswer) => RegistryAnswer) {
  return async (name: string, call: RegistryCall): Promise<RegistryAnswer> => {
    const answer = await quick.perform(name, call)
    return call.path.startsWith(where) && call.method === 'GET' ? spoil(answer) : answer
  }
}

const READ = [
  'builds/web/manifests/owner',
  'builds/web/manifests/published',
  'merges/7/manifests/newest',
  'builds/web/tags',
]

/** What the registry says there, as JSON that its fields can be taken from. */
async function saidAt(where: string): Promise<unknown> {
  const path = where.endsWith('tags') ? `${where}/list` : where
  return JSON.parse((await quick.perform('', { method: 'GET', path })).body.toString())
}

const places = await Promise.all(READ.map(async (where) => ({ where, said: await saidAt(where) })))
const bodies = fc.constantFrom(...places).chain(({ where, said }) =>
  fc.record({
    where: fc.constant(where),
    text: fc.oneof(jsonLike(said).map(String), bytesLike(said).map(String), hostileText),
  }),
)

const answers = suite('answers of the registry that are not what they should be')
answers('never make a badge green for a version that does not stand, nor anything but a badge', async () => {
  const property = fc.asyncProperty(bodies, async ({ where, text }) => {
    const body = Buffer.from(text)
    const badge = shownBadge(spoiling(where, (answer) => ({ ...answer, body })))
    const [svg, shields] = [await badge({ path: '/web.svg' }), await badge({ path: '/web.json' })]
    assert.is(svg.status, 200, String(svg.body))
    assert.ok(wellFormed(String(svg.body)), String(svg.body))
    assert.is(shields.status, 200, String(shields.body))
    const { message, color } = JSON.parse(String(shields.body))
    assert.is(typeof message, 'string')
    if (color === 'green') assert.is(message, '1.4.2')
  })
  await fc.assert(property, trying(300))
})
answers('never break the pages of builds: they are shown, or a Failure', async () => {
  const property = fc.asyncProperty(bodies, async ({ where, text }) => {
    const body = Buffer.from(text)
    const badge = shownBadge(
      spoiling(where, (answer) => ({ ...answer, body })),
      { pages: 'public' },
    )
    const { status } = await badge({ path: '/web/builds.json' })
    assert.ok([200, 404, 500, 502, 503].includes(status), `HTTP ${status}`)
  })
  await fc.assert(property, trying(200))
})
answers('of any status and headers are a Failure or the right digest', async () => {
  const status = fc.constantFrom(200, 201, 202, 204, 301, 307, 400, 404, 405, 429)
  const headers = fc.dictionary(
    fc.constantFrom('docker-content-digest', 'location', 'link', 'content-type'),
    hostileText,
  )
  const property = fc.asyncProperty(status, headers, hostileText, async (code, given, text) => {
    const registry = openRegistry(async () => ({ status: code, headers: given, body: Buffer.from(text) }))
    const asked = [
      registry.head('web', '1.4.2'),
      registry.manifest('web', digest),
      registry.blob('web', digest),
      registry.mountBlob('web', digest, 'staging/web'),
      registry.putBlob('web', Buffer.from('x')),
    ]
    for (const ended of await Promise.allSettled(asked))
      if (ended.status === 'rejected') assert.is.not(toFailure(ended.reason).outcome, 'failed')
    const [, manifest, blob] = await Promise.allSettled(asked)
    if (manifest?.status === 'fulfilled') assert.is(manifest.value, undefined)
    assert.is(blob?.status, 'rejected')
  })
  await fc.assert(property, trying(300))
})
answers('about the image that stands never make its version free', async () => {
  const image = { config: { digest }, layers: [{ size: 5, digest }] }
  const property = fc.asyncProperty(jsonLike(image), async (body) => {
    const registry = openRegistry(async () => ({ status: 200, headers: {}, body }))
    const ended = await standing(registry, 'web', '1.4.2').catch((thrown: unknown) => toFailure(thrown))
    assert.is.not(ended, undefined)
    if (ended instanceof Error) assert.is(toFailure(ended).outcome, 'error')
  })
  await fc.assert(property, trying(300))
})
answers('to tags and catalogue are names, or are no answer', async () => {
  const property = fc.asyncProperty(
    jsonLike({ tags: ['1.4.2', 'owner'], repositories: ['merges/7'] }),
    async (body) => {
      const registry = openRegistry(async () => ({ status: 200, headers: {}, body }))
      const ledger = openLedger(registry)
      for (const asked of [
        ledger.mergeShas(7),
        ledger.buildIds('web'),
        ledger.repositoryIds(),
        ledger.services(),
      ]) {
        const found: unknown[] = await asked.catch((thrown: unknown) => [toFailure(thrown).outcome])
        for (const one of found) assert.ok(['string', 'number'].includes(typeof one))
      }
    },
  )
  await fc.assert(property, trying(300))
})
answers.run()
