import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { digestOf } from '../../functions/shared/digest.ts'
import { openRegistry } from '../../functions/shared/registry.ts'
import {
  type RegistryAnswer,
  type RegistryCall,
  registryTransport,
} from '../../functions/shared/registry-transport.ts'
import { secretsIn } from '../../functions/shared/secrets.ts'
import { failureOf } from '../support/failure-of.ts'
import { startMemoryRegistry } from '../support/memory-registry.ts'

/** Answers that a registry may give and ours does not: other pages, other addresses, faults. */
const answer = (
  status: number,
  headers: Record<string, string> = {},
  body: unknown = '',
): RegistryAnswer => ({
  status,
  headers,
  body: Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)),
})

/** A registry that gives these answers in turn, and the calls that it got. */
function scripted(...answers: RegistryAnswer[]) {
  const calls: RegistryCall[] = []
  const registry = openRegistry(async (_, call) => {
    calls.push(call)
    return answers[calls.length - 1] ?? answer(500)
  })
  return { registry, calls, asked: () => calls.map(({ method, path }) => `${method} ${path}`) }
}

const addresses = suite('registry addresses')
const bytes = Buffer.from('a blob')
const query = `digest=${digestOf(bytes).replace(':', '%3A')}`
const LOCATIONS: [string, string][] = [
  ['/v2/web/blobs/uploads/1?_state=x%2Fy', `/v2/web/blobs/uploads/1?_state=x%2Fy&${query}`],
  ['https://127.0.0.1:5000/v2/web/blobs/uploads/1', `/v2/web/blobs/uploads/1?${query}`],
  ['http://elsewhere.invalid/v2/web/blobs/uploads/1?_state=x', `/v2/web/blobs/uploads/1?_state=x&${query}`],
]
for (const [location, path] of LOCATIONS)
  addresses(`follows only the path of an upload at ${location}`, async () => {
    const { registry, asked } = scripted(answer(404), answer(202, { location }), answer(201))
    await registry.putBlob('web', bytes)
    assert.is(asked()[2], `PUT ${path}`)
  })
for (const host of ['', 'http://elsewhere.invalid'])
  addresses(`follows only the path of a next page at ${host || 'the same host'}`, async () => {
    const link = `<${host}/v2/web/tags/list?last=b&n=2>; rel="next"`
    const { registry, asked } = scripted(
      answer(200, { link }, { tags: ['b', 'a'] }),
      answer(200, {}, { tags: ['c'] }),
    )
    assert.equal(await registry.tags('web'), ['a', 'b', 'c'])
    assert.is(asked()[1], 'GET /v2/web/tags/list?last=b&n=2')
  })
addresses.run()

const odd = suite('registry answers')
odd('reads tags that are null, as of a repository whose tags were all deleted', async () =>
  assert.equal(await scripted(answer(200, {}, { name: 'web', tags: null })).registry.tags('web'), []),
)
odd('gives a tag once that stood on two pages', async () => {
  const link = '</v2/web/tags/list?last=a>; rel="next"'
  const { registry } = scripted(answer(200, { link }, { tags: ['a'] }), answer(200, {}, { tags: ['a', 'b'] }))
  assert.equal(await registry.tags('web'), ['a', 'b'])
})
odd('asks again where a read meets a 500, as of a tag that is being rewritten', async () => {
  const { registry, calls } = scripted(
    answer(500),
    answer(500),
    answer(200, { 'docker-content-digest': 'sha256:x' }),
  )
  assert.is(await registry.head('web', 'newest'), 'sha256:x')
  assert.is(calls.length, 3)
})
odd('does not take a lasting 500 for nothing there', async () => {
  const { registry } = scripted()
  for (const read of [registry.tags('web'), registry.ping()])
    assert.is((await failureOf(read)).code, 'registry_error')
  for (const read of [registry.head('web', 'x'), registry.manifest('web', 'x')])
    assert.is((await failureOf(read)).code, 'registry_torn')
})
odd('never sends a write twice', async () => {
  const { registry, asked } = scripted(answer(500), answer(201))
  await failureOf(registry.putManifest('web', 'x', 'application/json', bytes))
  assert.equal(asked(), ['PUT web/manifests/x'])
})
odd('sends bytes that are new without asking for them first', async () => {
  const { registry, asked } = scripted(answer(202, { location: '/v2/web/blobs/uploads/1' }), answer(201))
  assert.is(await registry.uploadBlob('web', bytes), digestOf(bytes))
  assert.equal(asked(), ['POST web/blobs/uploads/', `PUT /v2/web/blobs/uploads/1?${query}`])
})
odd('says that no reason was given where the answer is not the registry’s', async () => {
  for (const body of ['<html>502 from some proxy</html>', '{}', 'null', '']) {
    const { message } = await failureOf(scripted(answer(418, {}, body)).registry.head('web', 'x'))
    assert.is(message, 'the registry answered 418 to HEAD web: no reason given')
  }
})
odd('cuts short what a registry says at length', async () => {
  const errors = Array.from({ length: 100 }, () => ({ code: 'DENIED', message: 'x'.repeat(100) }))
  const { message } = await failureOf(
    scripted(answer(400, {}, { errors })).registry.deleteManifest('web', 'sha256:x'),
  )
  assert.ok(message.length < 300)
})
odd('follows no redirect with the password', async () => {
  const { registry, calls } = scripted(answer(307, { location: 'http://elsewhere.invalid/' }))
  assert.is((await failureOf(registry.head('web', 'x'))).code, 'registry_error')
  assert.is(calls.length, 1)
})
odd.run()

const paging = suite('registry pages')
paging('of tags are followed to the last', async () => {
  const memory = await startMemoryRegistry()
  try {
    const perform = registryTransport(memory.url, secretsIn('/nowhere'))
    const registry = openRegistry((repository, call) =>
      perform(repository, { ...call, path: call.path.replace('n=1000', 'n=3') }),
    )
    const tags = Array.from({ length: 10 }, (_, i) => `t${i}`)
    for (const tag of tags) await registry.putManifest('web', tag, 'application/json', Buffer.from('{}'))
    assert.equal(await registry.tags('web'), tags)
    assert.is(memory.calls.filter((call) => call.startsWith('GET /v2/web/tags/list')).length, 4)
  } finally {
    await memory.close()
  }
})
paging.run()
