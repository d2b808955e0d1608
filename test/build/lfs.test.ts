import { createHash } from 'node:crypto'
import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { isSafe, isSameHost } from '../../functions/build/lfs.ts'
import { failureOf } from '../support/failure-of.ts'
import { TOKEN } from './asking-github.ts'
import { withSources } from './source-stage.ts'

const CONTENT = 'a film of a shop\n'
const OID = createHash('sha256').update(CONTENT).digest('hex')
const POINTER = `version https://git-lfs.github.com/spec/v1\noid sha256:${OID}\nsize ${CONTENT.length}\n`
const ATTRIBUTES = { '.gitattributes': '*.bin filter=lfs diff=lfs merge=lfs -text\n' }
const DOCKERFILE = { 'web/Dockerfile': 'FROM scratch\n' }
const FILES = { ...DOCKERFILE, ...ATTRIBUTES, 'web/a.bin': { lfs: CONTENT } }

const contents = suite('a file in Git LFS')
contents(
  'is sent with its content, its token stays at GitHub, and each content is asked for once',
  withSources(async ({ hub, push, send }) => {
    const sha = await push({
      ...FILES,
      'web/b.bin': { lfs: CONTENT },
      'api/c.bin': { lfs: 'of another service' },
    })
    const from = hub.requests.length
    const { files } = await send(sha)
    assert.equal([files['a.bin'], files['b.bin'], files['c.bin']], [CONTENT, CONTENT, undefined])
    const seen = hub.requests.slice(from).filter(({ path }) => !/tarball|legacy/.test(path))
    assert.equal(
      seen.map(({ path, headers }) => [path.replace(/\?.*/, ''), headers.authorization]),
      [
        [
          '/acme/shop.git/info/lfs/objects/batch',
          `Basic ${Buffer.from(`x-access-token:${TOKEN}`).toString('base64')}`,
        ],
        [`/alambic/media/acme/shop/${OID}`, undefined],
      ],
    )
  }),
)
contents(
  'gives the digest its content, which is known before anything is downloaded',
  withSources(async ({ push, send }) => {
    const one = await send(await push(FILES))
    const same = await send(await push({ 'web/a.bin': { lfs: CONTENT }, x: '1' }))
    const other = await send(await push({ 'web/a.bin': { lfs: 'another film\n' } }))
    const pointer = await send(await push({ '.gitattributes': null, 'web/a.bin': POINTER }))
    assert.is(one.digest, same.digest)
    assert.is.not(one.digest, other.digest)
    assert.is.not(one.digest, pointer.digest)
  }),
)
contents(
  'is a pointer and nothing else where no .gitattributes speaks of LFS, and asks for nothing',
  withSources(async ({ hub, push, send }) => {
    const sha = await push({ ...DOCKERFILE, 'web/a.bin': POINTER })
    const { files } = await send(sha)
    assert.is(files['a.bin'], POINTER)
    assert.not.ok(hub.requests.some(({ path }) => path.includes('lfs')))
  }),
)
contents(
  'is not asked for where .dockerignore leaves it out',
  withSources(async ({ hub, push, send }) => {
    const sha = await push({ ...FILES, 'web/.dockerignore': '*.bin\n' })
    assert.is((await send(sha)).files['a.bin'], undefined)
    assert.not.ok(hub.requests.some(({ path }) => path.includes('lfs')))
  }),
)
contents(
  "of a submodule is asked of the submodule's repository",
  withSources(async ({ hub, push, send }) => {
    const lib = await push({ ...ATTRIBUTES, 'a.bin': { lfs: CONTENT } }, 'acme/lib')
    const gitmodules = '[submodule "a"]\npath = web/lib\nurl = ../lib\n'
    const sha = await push({ ...DOCKERFILE, '.gitmodules': gitmodules, 'web/lib': { submodule: lib } })
    assert.is((await send(sha)).files['lib/a.bin'], CONTENT)
    assert.ok(hub.requests.some(({ path }) => path === '/acme/lib.git/info/lfs/objects/batch'))
  }),
)
contents(
  'is asked for with 99 others',
  withSources(async ({ hub, push, send }) => {
    const many = Object.fromEntries(
      Array.from({ length: 101 }, (_, at) => [`web/${at}.bin`, { lfs: `${at}` }]),
    )
    const { files } = await send(await push({ ...DOCKERFILE, ...ATTRIBUTES, ...many }))
    assert.is(files['100.bin'], '100')
    assert.is(hub.requests.filter(({ path }) => path.includes('batch')).length, 2)
  }),
)
contents.run()

const refusing = suite('a file in Git LFS is refused')
refusing(
  'where the server does not have it',
  withSources(async ({ push, send }) => {
    const sha = await push({ ...FILES, 'web/a.bin': POINTER })
    const { code, message } = await failureOf(() => send(sha))
    assert.equal(
      [code, message],
      ['source_refused', 'web/a.bin is not in the Git LFS of acme/shop: push it with git lfs push'],
    )
  }),
)
refusing(
  'where its pointer cannot be read',
  withSources(async ({ push, send }) => {
    const sha = await push({ ...FILES, 'web/a.bin': POINTER.replace('oid', 'ext-0-x sha256:00\noid') })
    const { code, message } = await failureOf(() => send(sha))
    assert.equal([code, message], ['source_refused', 'web/a.bin is a pointer of Git LFS that cannot be read'])
  }),
)
for (const name of ['Dockerfile', '.dockerignore'])
  refusing(
    `where it is the ${name}`,
    withSources(async ({ push, send }) => {
      const sha = await push({ ...FILES, [`web/${name}`]: { lfs: 'FROM scratch\n' } })
      const { code, message } = await failureOf(() => send(sha))
      assert.equal(
        [code, message],
        ['source_refused', `web/${name} lies in Git LFS: it says how to build, so keep it in git itself`],
      )
    }),
  )
refusing.run()

const LINK = (href: string, header = {}) =>
  JSON.stringify({ objects: [{ oid: OID, size: CONTENT.length, actions: { download: { href, header } } }] })
const quota = '{"message":"This repository is over its data quota."}'
const FAULTS: [title: string, fault: object, code: string, says: RegExp][] = [
  [
    'the server does not answer',
    { match: 'batch', drop: true },
    'github_down',
    /^GitHub's LFS does not answer \(/,
  ],
  [
    'the server is down',
    { match: 'batch', status: 502 },
    'github_down',
    /^GitHub's LFS of acme\/shop answered 502/,
  ],
  ['GitHub wants to be left alone', { match: 'batch', status: 429 }, 'github_limit', /answered 429/],
  [
    'its bandwidth is used up',
    { match: 'batch', status: 403, body: quota },
    'github_refused',
    /answered 403: This repository is over its data quota\.$/,
  ],
  ['the token may not', { match: 'batch', status: 401 }, 'github_refused', /answered 401/],
  ['the answer is no answer', { match: 'batch', body: '[]' }, 'github_down', /is not what its API promises$/],
  [
    'the answer is a redirect',
    { match: 'batch', redirectTo: 'http://127.0.0.1:1/' },
    'github_down',
    /answered 302/,
  ],
  [
    'its address is a file',
    { match: 'batch', body: LINK('file:///etc/passwd') },
    'github_down',
    /without https/,
  ],
  ['its address is none', { match: 'batch', body: LINK('/relative') }, 'github_down', /without https/],
  [
    'one content breaks',
    { match: 'batch', body: `{"objects":[{"oid":"${OID}","error":{"code":500}}]}` },
    'github_down',
    /answered 500/,
  ],
  [
    'the download is down',
    { match: 'alambic', status: 503 },
    'github_down',
    /^GitHub's LFS answered 503 for web\/a\.bin$/,
  ],
  [
    'the download is a redirect',
    { match: 'alambic', redirectTo: 'http://127.0.0.1:1/' },
    'github_down',
    /answered 302/,
  ],
  ['the download breaks off', { match: 'alambic', truncateAt: 5 }, 'source_broken', /did not arrive whole/],
  ['the download is too short', { match: 'alambic', body: 'short' }, 'source_broken', /./],
  [
    'the download is too long',
    { match: 'alambic', body: `${CONTENT}more` },
    'source_broken',
    /^GitHub's LFS sent other bytes than git names for web\/a\.bin$/,
  ],
  [
    'the download is another content',
    { match: 'alambic', body: CONTENT.replace('a', 'b') },
    'source_broken',
    /sent other bytes/,
  ],
]
const waiting = suite('a file in Git LFS waits')
for (const [title, fault, code, says] of FAULTS)
  waiting(
    `while ${title}, and is sent when that is over`,
    withSources(async ({ hub, push, send }) => {
      const sha = await push(FILES)
      hub.faults.add(fault as Parameters<typeof hub.faults.add>[0])
      const failure = await failureOf(() => send(sha))
      assert.equal([failure.code, failure.outcome], [code, 'error'])
      assert.match(failure.message, says)
      hub.faults.clear()
      assert.is((await send(sha)).files['a.bin'], CONTENT)
    }),
  )
waiting.run()

/** A host that keeps the headers it is sent, and has the content. */
async function storage() {
  const received: IncomingHttpHeaders[] = []
  const server = createServer((request, response) => {
    received.push(request.headers)
    response.end(CONTENT)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    received,
    href: `http://127.0.0.1:${(server.address() as AddressInfo).port}/x`,
    close: () => server.close(),
  }
}
const headers = suite('what leaves for the host of a content')
headers(
  "is the headers of GitHub's answer, and no token of ours",
  withSources(async ({ hub, push, send }) => {
    const host = await storage()
    hub.faults.add({ match: 'batch', body: LINK(host.href, { authorization: 'RemoteAuth 1', 'x-key': '2' }) })
    await send(await push(FILES))
    host.close()
    const [{ authorization, 'x-key': key, ...rest } = {}] = host.received
    assert.equal([authorization, key], ['RemoteAuth 1', '2'])
    assert.not.match(JSON.stringify(rest), TOKEN)
  }),
)
headers.run()

const hosts = suite('the token goes')
for (const [web, api, goes] of [
  ['https://github.com', 'https://api.github.com', true],
  ['https://acme.ghe.com', 'https://api.acme.ghe.com', true],
  ['https://ghe.example', 'https://ghe.example/api/v3', true],
  ['http://127.0.0.1:3000', 'http://127.0.0.1:3000', true],
  ['https://github.com', 'https://ghe.example/api/v3', false],
  ['https://github.com', 'https://api.github.com.evil.example', false],
  ['http://github.com', 'https://api.github.com', false],
] as const)
  hosts(`${goes ? 'to' : 'never to'} ${web} where the API is ${api}`, () => {
    assert.is(isSameHost(web, api), goes)
  })
hosts.run()

const addresses = suite('a content may be had')
for (const [href, github, may] of [
  ['https://storage.example/x', 'https://github.com', true],
  ['http://storage.example/x', 'https://github.com', false],
  ['http://127.0.0.1/x', 'http://127.0.0.1', true],
  ['file:///etc/passwd', 'http://127.0.0.1', false],
  ['/x', 'https://github.com', false],
] as const)
  addresses(`at ${href} of ${github}: ${may}`, () => {
    assert.is(isSafe(href, github), may)
  })
addresses.run()
