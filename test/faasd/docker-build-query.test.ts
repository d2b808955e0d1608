import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { build, good } from './docker-good-build.ts'
import { openRecorded, type Recorded } from './docker-recorded.ts'
import { exchange, request, statusOf } from './docker-stage.ts'

const PARTS = good.split('&')

let recorded: Recorded
const refuses = (queries: string[]) => recorded.refuses(queries.map((query) => build(query)))

async function passes(query: string): Promise<void> {
  assert.is(statusOf(await exchange(recorded.stage, build(query))), 200, query.slice(0, 500))
  assert.ok(recorded.recorder.taken()[0] === `POST /build?${query}`)
}

const building = suite('POST /build')

building.before(async () => {
  recorded = await openRecorded()
})

building.after(() => recorded.end())

building('passes with a network that is none or the default one', async () => {
  for (const mode of ['none', 'default']) await passes(`${good}&networkmode=${mode}`)
})

building('passes as the build function sends it', () => passes(good))

building('passes in any order, and without what has a default', async () => {
  await passes([...PARTS].reverse().join('&'))
  for (const left of PARTS) await passes(PARTS.filter((one) => one !== left).join('&'))
})

building('passes with 40 kB of arguments', () =>
  passes(`${good.replace('&target', `${'%22b'.repeat(10_000)}&target`)}`),
)

building('passes with either name of a tar', async () => {
  for (const type of ['application/tar', 'application/x-tar'])
    assert.is(statusOf(await exchange(recorded.stage, build(good, type))), 200, type)
  recorded.recorder.taken()
})

building('refuses what is no query of ours', () =>
  refuses([
    '',
    '&',
    `&${good}`,
    `${good}&`,
    `${good}&&`,
    `${good}?`,
    `?${good}`,
    `${good};`,
    `${good}+`,
    `=x&${good}`,
    `${good}&=`,
    `${good}%`,
    `t=%zz`,
    `t=%2`,
    `t="x"`,
    `t=a{b}`,
    `t=a\\b`,
    `t=a|b`,
    `version=1`,
    `version=3`,
    `version=22`,
    `pull=false`,
    `pull=truetrue`,
    `version=%32`,
    `session=../x`,
    `session=`,
    `platform=`,
    `platform=linux`,
    `platform=linux/arm64`,
    `platform=windows%2Famd64`,
    `platform=linux%2Farm64%2C`,
    `platform=linux%2Famd64%2Clinux%2Farm64`,
    `platform=linux%2Farm%2F..`,
    `platform=linux%2Farm64&platform=linux%2Famd64`,
  ]),
)

building('refuses a target that is not /build and its query', async () => {
  for (const target of [
    '/build',
    '/build/',
    '/build/?',
    '/build;x?',
    '/Build?',
    '//build?',
    '/v1.41/build?',
    '/./build?',
  ])
    assert.is(statusOf(await exchange(recorded.stage, request(`POST ${target}${good}`))), 403, target)
  for (const method of ['GET', 'PUT', 'HEAD', 'DELETE', 'PATCH', 'post', 'TRACE']) {
    const asked = build(good).replace(/^POST/, method)
    assert.is(statusOf(await exchange(recorded.stage, asked, /\r\n\r\n/)), 403, method)
  }
  assert.equal(recorded.recorder.taken(), [])
})

building('refuses a body that dockerd may take for a form', async () => {
  const form = 'application/x-www-form-urlencoded'
  const types: Record<string, string>[] = [
    {},
    { 'Content-Type': '' },
    { 'Content-Type': form },
    { 'Content-Type': `${form}; charset=utf-8` },
    { 'Content-Type': 'multipart/form-data; boundary=x' },
    { 'Content-Type': 'application/json' },
    { 'Content-Type': `application/tar, ${form}` },
    { 'Content-Type': 'application/tar; x=y' },
    { 'Content-Type': 'APPLICATION/TAR' },
    { 'Content-Type': form, 'content-type': 'application/tar' },
    { 'Content-Type': 'application/tar', 'content-type': form },
    { 'Content-Type': 'application/tar', 'content-type': 'application/tar' },
  ]
  for (const headers of types) {
    const answer = await exchange(
      recorded.stage,
      request(`POST /build?${good}`, headers, 'remote=http%3A%2F%2Fx'),
    )
    assert.is(statusOf(answer), 403, JSON.stringify(headers))
  }
  assert.equal(recorded.recorder.taken(), [])
})

building('says in the form of dockerd who refused', async () => {
  const [, body = ''] = (await exchange(recorded.stage, build(`${good}&remote=x`))).split('\r\n\r\n')
  assert.match(JSON.parse(body).message, /refused by the Docker policy proxy/)
})

building('writes no query into its log, and nothing of what passed', async () => {
  await passes(`${good}&networkmode=none`)
  await exchange(recorded.stage, build('buildargs=secret&remote=x'))
  assert.match(recorded.stage.log(), /^403 PR-- \d+ ms POST \/build$/m)
  assert.not.match(recorded.stage.log(), /secret|200 /)
})

building.run()
