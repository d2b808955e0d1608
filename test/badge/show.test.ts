import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { BuildRecord } from '../../functions/shared/build-record.ts'
import { sign } from '../../functions/shared/signature.ts'
import { build, DISK, merge } from './records.ts'
import { GREEN_DOCUMENT, openStage, type Stage } from './stage.ts'

let stage: Stage
const titleOf = async (path: string) => {
  const { status, body } = await stage.call(path)
  return `${status} ${/<title>(.*?)<\/title>/.exec(String(body))?.[1]}`
}
const hint = (body: string, secret = 'first') =>
  stage.call('/', { method: 'POST', body, headers: { 'x-hub-signature-256': sign(secret, body) } })

/** web 1.4.2 is merged, built and in the registry. */
async function publish(change: Partial<BuildRecord> = {}) {
  const digest = await stage.image('web', '1.4.2')
  const record = build({ digest, ...change })
  await stage.ledger.writeOwner('web', { repositoryId: 7, repository: 'acme/shop' })
  await stage.ledger.writeBuild(record)
  const services = [{ name: 'web', version: '1.4.2', state: 'built' as const, build: record.id, digest }]
  await stage.ledger.writeMerge(merge('built', { time: record.time, sha: record.commit, services }))
}

const showing = suite('badge show')
showing.before.each(async () => {
  stage = await openStage()
  await publish()
})
showing.after.each(() => stage.close())

showing('gives an image that GitHub does not keep', async () => {
  const { status, headers, body } = await stage.call('/web.svg')
  assert.is(status, 200)
  assert.match(String(body), '<title>build: 1.4.2</title>')
  assert.match(String(body), '#67ac09')
  assert.is(headers['Content-Type'], 'image/svg+xml; charset=utf-8')
  assert.is(headers['Cache-Control'], 'no-cache, no-store, must-revalidate, max-age=0')
  assert.is(headers.Expires, '0')
  assert.is(headers['X-Content-Type-Options'], 'nosniff')
  assert.is(headers['Content-Security-Policy'], "default-src 'none'; style-src 'unsafe-inline'; sandbox")
  assert.match(headers.ETag as string, /^"[\w-]{43}"$/)
})
showing('answers 304 to who has the image', async () => {
  const tag = (await stage.call('/web.svg')).headers.ETag as string
  for (const known of [tag, `"x", W/${tag}`, '*']) {
    const reply = await stage.call('/web.svg', { headers: { 'if-none-match': known } })
    assert.equal([reply.status, reply.body, reply.headers.ETag], [304, '', tag])
  }
  assert.is((await stage.call('/web.svg', { headers: { 'if-none-match': '"x"' } })).status, 200)
})
showing('gives shields.io exactly its document', async () => {
  const reply = await stage.call('/web.json')
  assert.is(reply.headers['Content-Type'], 'application/json')
  assert.equal(JSON.parse(String(reply.body)), GREEN_DOCUMENT)
})
showing('gives an image of unknown services and of nonsense', async () => {
  assert.is(await titleOf('/nobody.svg'), '200 build: unknown')
  const before = stage.memory.calls.length
  assert.is(await titleOf('/../%2e%2e/x.svg'), '200 build: unknown')
  assert.is(stage.memory.calls.length, before)
})
showing('says that a version is missing when the registry has it no more', async () => {
  const store = stage.memory.repositories.get('web')
  store?.tags.delete('1.4.2')
  assert.is(await titleOf('/web.svg'), '200 build: 1.4.2 missing')
})
showing('says that a version is missing when another image has its tag', async () => {
  const store = stage.memory.repositories.get('web')
  const type = 'application/vnd.oci.image.manifest.v1+json'
  store?.manifests.set('sha256:other', { type, bytes: Buffer.from('{}') })
  store?.tags.set('1.4.2', 'sha256:other')
  assert.is(await titleOf('/web.svg'), '200 build: 1.4.2 missing')
})
for (const fault of ['hang', 500] as const)
  showing(`is unreachable, not what it was, when the registry answers with: ${fault}`, async () => {
    assert.is(await titleOf('/web.svg'), '200 build: 1.4.2')
    stage.memory.fail(() => fault)
    await hint('{"services":["web"]}')
    assert.is(await titleOf('/web.svg'), '200 build: unreachable')
  })
showing('is unreachable when only the look at the image fails', async () => {
  stage.memory.fail((_method, path) => (path.startsWith('/v2/web/') ? 500 : undefined))
  assert.is(await titleOf('/web.svg'), '200 build: unreachable')
})
showing('asks the registry once for requests at the same time', async () => {
  await stage.call('/nobody.svg')
  const before = stage.memory.calls.length
  await Promise.all([1, 2, 3].flatMap(() => [stage.call('/web.svg'), stage.call('/web.json')]))
  const heads = stage.memory.calls.slice(before).filter((call) => call.startsWith('HEAD /v2/web/'))
  assert.is(heads.length, 1)
})
const publishDisk = async () =>
  publish({ type: 'AMI', disk: { ...DISK, digest: await stage.disk('web', '1.4.2') } })
showing('is green where image and disk stand, and looks at both once', async () => {
  await publishDisk()
  const before = stage.memory.calls.length
  assert.is(await titleOf('/web.svg'), '200 build: 1.4.2')
  await titleOf('/web.svg')
  const heads = stage.memory.calls.slice(before).filter((call) => call.startsWith('HEAD /v2/web/'))
  assert.equal(heads.sort(), ['HEAD /v2/web/manifests/1.4.2', 'HEAD /v2/web/manifests/1.4.2-ami'])
})
showing('says that a version is missing when the registry has its disk no more', async () => {
  await publishDisk()
  stage.memory.repositories.get('web')?.tags.delete('1.4.2-ami')
  assert.is(await titleOf('/web.svg'), '200 build: 1.4.2 missing')
})
showing('says that a version is missing when another disk has its tag', async () => {
  await publishDisk()
  const tags = stage.memory.repositories.get('web')?.tags
  tags?.set('1.4.2-ami', tags.get('1.4.2') ?? '')
  assert.is(await titleOf('/web.svg'), '200 build: 1.4.2 missing')
})
showing('says that a version is missing when its disk stands and its image does not', async () => {
  await publishDisk()
  stage.memory.repositories.get('web')?.tags.delete('1.4.2')
  assert.is(await titleOf('/web.svg'), '200 build: 1.4.2 missing')
})
showing('is unreachable when only the look at the disk fails', async () => {
  await publishDisk()
  stage.memory.fail((_method, path) => (path.endsWith('-ami') ? 500 : undefined))
  assert.is(await titleOf('/web.svg'), '200 build: unreachable')
})
showing('forgets what it kept when build says so', async () => {
  assert.is(await titleOf('/web.svg'), '200 build: 1.4.2')
  await stage.ledger.writeMerge(merge('building'))
  assert.is(await titleOf('/web.svg'), '200 build: 1.4.2')
  assert.is((await hint('{"services":["web"]}', 'second')).status, 204)
  assert.is(await titleOf('/web.svg'), '200 build: 1.4.2 · building 1.4.3')
})
showing.run()

const refusing = suite('badge refuses')
refusing.before.each(async () => {
  stage = await openStage()
})
refusing.after.each(() => stage.close())
refusing('a hint that is not signed', async () => {
  assert.match(
    String((await stage.call('/', { method: 'POST', body: '{"services":[]}' })).body),
    /^signature/,
  )
  assert.match(String((await hint('{"services":[]}', 'guess')).body), /^signature/)
})
refusing('a signed hint that is none', async () => {
  assert.match(String((await hint('{"service":"web"}')).body), /^bad_request/)
})
refusing('a hint while the secret is empty', async () => {
  await stage.secret('payload-secret', '\n')
  assert.match(String((await hint('{"services":[]}', '')).body), /^secret_missing/)
})
refusing('other methods', async () => {
  assert.is((await stage.call('/web.svg', { method: 'DELETE' })).status, 405)
})
refusing.run()
