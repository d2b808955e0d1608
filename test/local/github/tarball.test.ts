import { Readable } from 'node:stream'
import { gunzipSync } from 'node:zlib'
import { extract } from 'tar-stream'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { withHub } from './hub.ts'

const TOKEN = { authorization: 'Bearer right' }
const tarball = suite('GET tarball/{ref}')

tarball(
  'redirects to another host, which sends the tree under owner-repo-sha/',
  withHub({}, async (hub) => {
    const { sha } = await hub.push('acme/shop', { files: { 'folder/ü': 'x' } })
    for (const ref of ['/develop', `/${sha}`, '']) {
      const first = await fetch(`${hub.url}/repos/acme/shop/tarball${ref}`, { redirect: 'manual' })
      assert.is(first.status, 302)
      const location = new URL(first.headers.get('location') ?? '')
      assert.is.not(location.origin, hub.url)
      assert.is(location.search, '')
      const archive = await fetch(location)
      assert.is(archive.status, 200)
      assert.is(archive.headers.get('content-type'), 'application/x-gzip')
      const entries = await read(Buffer.from(await archive.arrayBuffer()))
      const top = `acme-shop-${sha.slice(0, 7)}/`
      assert.equal(
        entries.map(({ name, type }) => `${type} ${name.replace(top, '')}`),
        [
          'directory ',
          'directory folder/',
          'file folder/ü',
          'file images.json',
          'symlink linked.json',
          'directory web/',
          'file web/Dockerfile',
          'file web/start',
        ],
      )
      assert.is(entries.at(-1)?.mode, 0o775)
      assert.is(entries.at(-2)?.content, 'FROM scratch\n')
    }
  }),
)
tarball(
  'says 404 on the other host for a ref that is not there',
  withHub({}, async (hub) => {
    const response = await fetch(`${hub.url}/repos/acme/shop/tarball/nothing`)
    assert.is(response.status, 404)
    assert.is(await response.text(), '404: Not Found')
  }),
)
tarball(
  'refuses an Authorization header on the other host and keeps it for the test',
  withHub({ token: 'right' }, async (hub) => {
    const first = await fetch(`${hub.url}/repos/acme/shop/tarball/develop`, {
      redirect: 'manual',
      headers: TOKEN,
    })
    const location = first.headers.get('location') ?? ''
    assert.is((await fetch(location, { headers: TOKEN })).status, 400)
    assert.is(hub.requests.at(-1)?.headers.authorization, 'Bearer right')
    assert.is(hub.requests.at(-1)?.path, '/acme/shop/legacy.tar.gz/develop')
  }),
)

let clock = new Date('2026-01-01T00:00:00Z')
tarball(
  'opens a private archive with the link’s key alone, for five minutes',
  withHub({ token: 'right', now: () => clock }, async (hub) => {
    await hub.create('acme/secret', { files: { a: '1' } }, { private: true })
    await hub.create('acme/other', { files: { a: '1' } }, { private: true })
    const first = await fetch(`${hub.url}/repos/acme/secret/tarball/develop`, {
      redirect: 'manual',
      headers: TOKEN,
    })
    const location = first.headers.get('location') ?? ''
    assert.match(location, /\?token=[\w-]{20,}$/)
    assert.is((await fetch(location)).status, 200)
    assert.is((await fetch(location.replace(/\?.*/, ''))).status, 404)
    assert.is((await fetch(location.replace('secret', 'other'))).status, 404)
    clock = new Date('2026-01-01T00:05:00Z')
    assert.is((await fetch(location)).status, 404)
  }),
)
tarball.run()

async function read(gz: Buffer): Promise<{ name: string; type: string; mode: number; content: string }[]> {
  const entries: { name: string; type: string; mode: number; content: string }[] = []
  const reader = extract()
  Readable.from([gunzipSync(gz)]).pipe(reader)
  for await (const entry of reader) {
    const chunks: Buffer[] = []
    for await (const chunk of entry) chunks.push(chunk as Buffer)
    const { name, type, mode } = entry.header
    entries.push({ name, type: type ?? '', mode: mode ?? 0, content: Buffer.concat(chunks).toString() })
  }
  return entries
}
