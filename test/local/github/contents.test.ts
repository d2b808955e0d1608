import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { FILES, get, withHub } from './hub.ts'

const RAW = { accept: 'application/vnd.github.raw+json' }
const contents = suite('GET contents/{path}')

contents(
  'gives a file as JSON with base64 in lines of 60',
  withHub({}, async (hub) => {
    const { status, body } = await get(hub, '/contents/images.json?ref=develop')
    assert.is(status, 200)
    assert.is(body.type, 'file')
    assert.is(body.path, 'images.json')
    assert.is(body.encoding, 'base64')
    assert.is(Buffer.from(body.content, 'base64').toString(), FILES['images.json'])
    assert.is(Math.max(...body.content.split('\n').map((line: string) => line.length)), 60)
    assert.is(body.size, FILES['images.json'].length)
    assert.match(body.sha, /^[0-9a-f]{40}$/)
  }),
)
contents(
  'gives the raw bytes when asked for, at a commit too',
  withHub({}, async (hub) => {
    const bytes = Buffer.from([0, 255, 10, 128])
    const { sha } = await hub.push('acme/shop', { files: { 'bytes.bin': bytes } })
    await hub.push('acme/shop', { files: { 'bytes.bin': null } })
    const url = `${hub.url}/repos/acme/shop/contents/bytes.bin`
    const response = await fetch(`${url}?ref=${sha}`, { headers: RAW })
    assert.match(response.headers.get('content-type') ?? '', /^application\/vnd\.github\.raw\+json/)
    assert.equal(Buffer.from(await response.arrayBuffer()), bytes)
    assert.is((await fetch(url, { headers: RAW })).status, 404)
  }),
)
contents(
  'follows a link to a file and describes one to nowhere',
  withHub({}, async (hub) => {
    await hub.push('acme/shop', {
      files: { out: { link: '../../etc/passwd' }, abs: { link: '/images.json' } },
    })
    const followed = await get(hub, '/contents/linked.json')
    assert.is(followed.body.type, 'file')
    assert.is(followed.body.path, 'linked.json')
    assert.is(Buffer.from(followed.body.content, 'base64').toString(), FILES['images.json'])
    for (const path of ['out', 'abs']) assert.is((await get(hub, `/contents/${path}`)).body.type, 'symlink')
    assert.is((await get(hub, '/contents/out')).body.target, '../../etc/passwd')
  }),
)
contents(
  'lists a folder',
  withHub({}, async (hub) => {
    const root = (await get(hub, '/contents')).body as { name: string; type: string }[]
    assert.equal(
      root.map(({ name, type }) => `${type} ${name}`),
      ['file images.json', 'symlink linked.json', 'dir web'],
    )
    const web = (await get(hub, '/contents/web/')).body as { path: string; content?: string }[]
    assert.equal(
      web.map(({ path }) => path),
      ['web/Dockerfile', 'web/start'],
    )
    assert.is(web[0]?.content, undefined)
  }),
)
contents(
  'leaves the content out above 1 MB unless it is asked for raw',
  withHub({}, async (hub) => {
    await hub.push('acme/shop', { files: { big: Buffer.alloc(1024 * 1024 + 1, 65) } })
    const { body } = await get(hub, '/contents/big')
    assert.is(body.content, '')
    assert.is(body.encoding, 'none')
    const raw = await fetch(`${hub.url}/repos/acme/shop/contents/big`, { headers: RAW })
    assert.is((await raw.arrayBuffer()).byteLength, 1024 * 1024 + 1)
  }),
)
contents(
  'says 404 for a missing path and a missing ref',
  withHub({}, async (hub) => {
    for (const path of ['nothing', 'web/nothing', 'web%2F..%2Fimages.json', '*', 'web//start']) {
      assert.is((await get(hub, `/contents/${path}`)).status, 404, path)
    }
    const missing = await get(hub, '/contents/images.json?ref=nothing')
    assert.is(missing.status, 404)
    assert.is(missing.body.message, 'No commit found for the ref nothing')
    assert.is((await get(hub, '/contents/web?ref=develop:web')).status, 404)
    assert.is((await get(hub, '/contents/web?ref=--help')).status, 404)
  }),
)
contents.run()

const trees = suite('GET git/trees/{sha}')

trees(
  'lists a tree, all of it when recursive',
  withHub({}, async (hub) => {
    const flat = (await get(hub, '/git/trees/develop')).body
    assert.equal(
      flat.tree.map(({ path }: { path: string }) => path),
      ['images.json', 'linked.json', 'web'],
    )
    const all = (await get(hub, `/git/trees/${flat.sha}?recursive=1`)).body
    assert.is(all.truncated, false)
    assert.equal(
      all.tree.map(({ mode, type, path }: Record<string, string>) => `${mode} ${type} ${path}`),
      [
        '100644 blob images.json',
        '120000 blob linked.json',
        '040000 tree web',
        '100644 blob web/Dockerfile',
        '100755 blob web/start',
      ],
    )
    // The id that git gives to `FROM scratch\n`.
    assert.is(all.tree[3].sha, 'c35f1b5f5e29f0e2942c58a7e82005733977ebdd')
    assert.is(all.tree[3].size, 13)
  }),
)
trees(
  'says 404 for an unknown sha and 409 in an empty repository',
  withHub({}, async (hub) => {
    assert.is((await get(hub, `/git/trees/${'a'.repeat(40)}`)).status, 404)
    await hub.create('acme/empty')
    const response = await fetch(`${hub.url}/repos/acme/empty/git/trees/develop`)
    assert.is(response.status, 409)
    assert.is(((await response.json()) as { message: string }).message, 'Git Repository is empty.')
  }),
)
trees.run()

const blobs = suite('GET git/blobs/{sha}')
const DOCKERFILE = 'c35f1b5f5e29f0e2942c58a7e82005733977ebdd'

blobs(
  'gives a file by its id, as JSON or raw',
  withHub({}, async (hub) => {
    const { body } = await get(hub, `/git/blobs/${DOCKERFILE}`)
    assert.equal([body.sha, body.size, body.encoding], [DOCKERFILE, 13, 'base64'])
    assert.is(Buffer.from(body.content, 'base64').toString(), 'FROM scratch\n')
    const headers = { accept: 'application/vnd.github.raw+json' }
    const raw = await fetch(`${hub.url}/repos/acme/shop/git/blobs/${DOCKERFILE}`, { headers })
    assert.is(await raw.text(), 'FROM scratch\n')
  }),
)
blobs(
  'says 404 for what is no file, and 422 for what is no id',
  withHub({}, async (hub) => {
    const { sha } = (await get(hub, '/git/trees/develop')).body
    for (const id of [sha, 'a'.repeat(40)]) assert.is((await get(hub, `/git/blobs/${id}`)).status, 404)
    assert.is((await get(hub, '/git/blobs/develop')).status, 422)
  }),
)
blobs.run()
