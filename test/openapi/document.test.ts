import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { type Route, route } from '../../functions/badge/route.ts'
import { type BuildRequest, parseBuildRequest } from '../../functions/shared/build-request.ts'
import { FAILURE_CODES } from '../../functions/shared/failure.ts'
import { parseDelivery } from '../../functions/webhook/delivery.ts'
import { textOf } from '../rules/source-files.ts'
import { checkOf, DOCUMENT, OPERATIONS } from './schemas.ts'

/** Every kind of badge's routes; one that is missing here does not compile. */
const ROUTES: Record<Route['kind'], true> = {
  svg: true,
  shields: true,
  builds: true,
  log: true,
  all: true,
  service: true,
  build: true,
  live: true,
  again: true,
  cancel: true,
  openapi: true,
  hint: true,
}

const REQUESTS: Record<BuildRequest['kind'], true> = {
  merge: true,
  method: true,
  take_over: true,
  catch_up: true,
  check: true,
  doctor: true,
}

/** The path below its function, with the examples of the description. */
function exampleOf({ path, operation }: (typeof OPERATIONS)[number]): string {
  const filled = (operation.parameters ?? [])
    .filter((parameter) => parameter.in === 'path')
    .reduce((all, { name, example }) => all.replace(`{${name}}`, String(example)), path)
  return filled.replace(/^\/function\/\w+/, '') || '/'
}

const document = suite('openapi document')
document('is what docs/openapi.json says', () => {
  const fresh = `${JSON.stringify(DOCUMENT, null, 2)}\n`
  assert.ok(textOf('docs/openapi.json') === fresh, 'npm run build writes it anew: commit it')
})
document('has something behind every $ref', () => {
  const refs = [...JSON.stringify(DOCUMENT).matchAll(/"\$ref":"#\/([^"]+)"/g)].map(([, place = '']) => place)
  assert.ok(refs.length > 20)
  for (const place of refs) {
    const found = place
      .split('/')
      .reduce<unknown>((value, key) => (value as Record<string, unknown> | undefined)?.[key], DOCUMENT)
    assert.ok(found, place)
  }
})
document('has schemas that are schemas', () => {
  for (const schema of Object.values(DOCUMENT.components.schemas)) checkOf(schema)
})
document('names every operation once', () => {
  const ids = OPERATIONS.map(({ operation }) => operation.operationId)
  assert.equal(ids, [...new Set(ids)])
})
document('names every parameter of every path', () => {
  for (const { path, operation } of OPERATIONS) {
    const named = (operation.parameters ?? []).filter((one) => one.in === 'path').map(({ name }) => name)
    assert.equal(
      [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name),
      named,
      path,
    )
  }
})
document('describes every route of badge, and none that there is not', () => {
  const described = OPERATIONS.filter(({ path }) => path.startsWith('/function/badge')).map(
    (one) => route({ method: one.method, path: exampleOf(one) }).kind,
  )
  assert.equal([...new Set(described)].sort(), Object.keys(ROUTES).sort())
})
document('has an example of every request that build knows', () => {
  const post = DOCUMENT.paths['/function/build']?.post
  const examples = Object.values(post?.requestBody?.content['application/json']?.examples ?? {})
  const kinds = examples.map(({ value }) => parseBuildRequest(Buffer.from(JSON.stringify(value))).kind)
  assert.equal([...new Set(kinds)].sort(), Object.keys(REQUESTS).sort())
})
document('has deliveries that webhook reads', () => {
  const post = DOCUMENT.paths['/function/webhook']?.post
  const { push, merge } = post?.requestBody?.content['application/json']?.examples ?? {}
  const bytes = (example?: { value: unknown }) => Buffer.from(JSON.stringify(example?.value))
  assert.is(parseDelivery('push', bytes(push)).event, 'push')
  assert.is(parseDelivery('pull_request', bytes(merge)).event, 'pull_request')
})
document('says which answer each failure is', () => {
  const said = new Set(
    [...JSON.stringify(DOCUMENT.paths).matchAll(/"error":\{"enum":\[([^\]]+)\]/g)].flatMap(([, list = '']) =>
      list.split(',').map((word) => word.slice(1, -1)),
    ),
  )
  // Every path of a function takes the same methods, which is what OpenAPI says by naming them.
  assert.equal(
    FAILURE_CODES.filter((code) => !said.has(code)),
    ['method'],
  )
})
for (const { method, path, operation } of OPERATIONS) {
  const bodies = [operation.requestBody, ...Object.values(operation.responses)].flatMap((one) =>
    Object.values(one?.content ?? {}),
  )
  document(`gives examples of ${method} ${path} that fit`, () => {
    for (const { schema, example, examples } of bodies as {
      schema: object
      example?: unknown
      examples?: Record<string, { value: unknown }>
    }[]) {
      const check = checkOf(schema)
      const given = [
        ...(example === undefined ? [] : [example]),
        ...Object.values(examples ?? {}).map((one) => one.value),
      ]
      for (const value of given) assert.ok(check(value), JSON.stringify([value, check.errors]))
    }
    for (const { schema, example } of operation.parameters ?? [])
      assert.ok(checkOf(schema)(example), JSON.stringify(example))
  })
}
document.run()
