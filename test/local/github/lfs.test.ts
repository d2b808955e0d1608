import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { putObject } from '../../../local/github/lfs-store.ts'
import type { LocalGitHub } from '../../../local/github/server.ts'
import { type Document, withHub } from './hub.ts'

const TYPE = 'application/vnd.git-lfs+json'
const CONTENT = 'a film of a shop\n'
const OID = '3e8a6a2b9b6c4e1c0d0b5a9c3a8f6b1b2f9d2e7c5a4b3c2d1e0f9a8b7c6d5e4f'
const FILES = { '.gitattributes': '*.bin filter=lfs\n', 'web/a.bin': { lfs: CONTENT } }

/** Asks for contents as git-lfs does. */
async function batch(
  hub: LocalGitHub,
  body: unknown,
  headers: Record<string, string> = {},
  repository = 'acme/shop',
) {
  const answer = await fetch(`${hub.url}/${repository}.git/info/lfs/objects/batch`, {
    method: 'POST',
    headers: { accept: TYPE, 'content-type': TYPE, ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  })
  const found: Document = await answer.json()
  return { status: answer.status, type: answer.headers.get('content-type'), body: found }
}
/** What git has of the file that lies in LFS. */
async function pointer(hub: LocalGitHub): Promise<{ text: string; oid: string; size: number }> {
  await hub.push('acme/shop', { files: FILES, deliver: false })
  const headers = { accept: 'application/vnd.github.raw+json' }
  const text = await (await fetch(`${hub.url}/repos/acme/shop/contents/web/a.bin`, { headers })).text()
  const [, oid = '', size] = /oid sha256:(\w+)\nsize (\d+)\n$/.exec(text) ?? []
  return { text, oid, size: Number(size) }
}
const basic = (password: string) => ({
  authorization: `Basic ${Buffer.from(`x-access-token:${password}`).toString('base64')}`,
})

const lfs = suite("the local GitHub's LFS")
lfs(
  'keeps a pointer in git, and the content where it says',
  withHub({}, async (hub) => {
    const { text, oid, size } = await pointer(hub)
    assert.match(text, /^version https:\/\/git-lfs\.github\.com\/spec\/v1\n/)
    assert.is(size, CONTENT.length)
    const { status, type, body } = await batch(hub, { operation: 'download', objects: [{ oid, size }] })
    assert.equal([status, type], [200, `${TYPE}; charset=utf-8`])
    const { href } = body.objects[0].actions.download
    assert.is.not(new URL(href).origin, hub.url)
    assert.is(await (await fetch(href)).text(), CONTENT)
    assert.is((await fetch(href, { headers: basic('x') })).status, 400)
    assert.is((await fetch(href.replace(/token=.*/, 'token=x'))).status, 403)
  }),
)
lfs(
  'says of each content that it does not have',
  withHub({}, async (hub) => {
    const { oid, size } = await pointer(hub)
    const objects = [
      { oid: OID, size: 1 },
      { oid, size: size + 1 },
    ]
    const { body } = await batch(hub, { operation: 'download', objects })
    const codes = body.objects.map((object: { error: { code: number } }) => object.error.code)
    assert.equal(codes, [404, 404])
  }),
)
lfs(
  'refuses what GitHub refuses',
  withHub({ token: 'right' }, async (hub) => {
    await hub.create('acme/hidden', { files: FILES }, { private: true })
    const good = { operation: 'download', objects: [] }
    const status = async (...args: [unknown, Record<string, string>?, string?]) =>
      (await batch(hub, ...args)).status
    assert.is(await status(good, { accept: 'application/json' }), 406)
    assert.is(await status('{', {}), 422)
    assert.is(await status({ ...good, operation: 'upload' }), 422)
    assert.is(await status({ ...good, objects: Array(101).fill({ oid: OID, size: 1 }) }), 413)
    assert.is(await status(good, {}, 'acme/nothing'), 404)
    assert.is(await status(good, {}, 'acme/hidden'), 404)
    assert.is(await status(good, basic('wrong'), 'acme/hidden'), 401)
    assert.is(await status(good, basic('right'), 'acme/hidden'), 200)
  }),
)
lfs(
  'has what a repository has that is copied from a folder, and what it gets later',
  withHub({}, async (hub, folder) => {
    const [path, content] = [join(folder, 'mine'), Buffer.from(CONTENT)]
    execFileSync('git', ['init', '--quiet', path])
    const copy = () => hub.create('local/mine', { clone: path })
    const has = async (pointer: Buffer) => {
      const [, oid, size] = /sha256:(\w+)\nsize (\d+)/.exec(pointer.toString()) ?? []
      const question = { operation: 'download', objects: [{ oid, size: Number(size) }] }
      return (await batch(hub, question, {}, 'local/mine')).body.objects[0].actions !== undefined
    }
    const first = putObject(join(path, '.git'), content)
    await copy()
    const second = putObject(join(path, '.git'), Buffer.concat([content, content]))
    assert.equal([await has(first), await has(second)], [true, false])
    await copy()
    assert.ok(await has(second))
  }),
)
lfs.run()
