import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { readOptions } from '../../faasd/options.ts'
import { publicUrl, pullName, readSettings, withOptions } from '../../faasd/settings.ts'

const folder = mkdtempSync(join(tmpdir(), 'artefacto-options-'))
/** A file with that text. */
function key(text: string): string {
  const file = join(mkdtempSync(join(folder, 'key-')), 'credentials')
  writeFileSync(file, text)
  return file
}
const KEY = '[default]\naws_access_key_id = AKIAIOSFODNN7EXAMPLE\naws_secret_access_key = c2VjcmV0'

const options = suite("the installer's options")
for (const [args, sentence] of [
  [['--repositories', 'owner'], /--repositories owner: write owner\/name or owner\/\*/],
  [['--branch', 'develop a..b'], /--branch: a\.\.b is no name of a branch/],
  [
    ['--public-url', 'ci.example.org'],
    /--public-url ci.example.org: write an address that begins with https/,
  ],
  [['--github-api-url', 'file:///etc'], /--github-api-url/],
  [['--pages', 'mine'], /--pages mine: write public or private/],
  [['--port', '0'], /--port 0: write a port from 1 to 65535/],
  [['--pull', 'http://x'], /--pull http:\/\/x: write a host name or address/],
  [['--pull', 'box:70000'], /--pull 70000: write a port/],
  [['--aws-region', 'Frankfurt'], /--aws-region Frankfurt: write a region such as eu-central-1/],
  [
    ['--aws-credentials', key('[other]\naws_access_key_id = AKIAIOSFODNN7EXAMPLE')],
    /has no profile \[default\]/,
  ],
  [
    ['--aws-credentials', key('[default]\naws_access_key_id = AKIAIOSFODNN7EXAMPLE')],
    /aws_secret_access_key is missing/,
  ],
  [['--build-secrets', 'npm'], /--build-secrets=npm: write owner\/repo:NAME or owner\/\*:NAME/],
  [['--base-registries', 'acme:ghcr.io'], /--base-registries=acme:ghcr.io: write owner\/repo:NAME/],
  [['--engine-cache', '20 GB'], /--engine-cache=20 GB: write a size such as 500m or 2g/],
  [['--aws-credentials', '-', '--github-token', '-'], /only one of them can be read from the input/],
  [['--github-app-key', key('hunter2')], /--github-app-key: the file has no "BEGIN PRIVATE KEY" in it/],
  [['--github-ca', key('https://ca.example')], /--github-ca: the file has no "BEGIN CERTIFICATE" in it/],
  [['--notify-urls', '-', '--github-token', '-'], /only one of them can be read from the input/],
  [
    ['--notify-urls', key('https://hooks.example/x\nhooks.example/y')],
    /--notify-urls: line 2: write an address that begins with https/,
  ],
  [['--colour', 'red'], /colour/],
  [['install'], /install/],
] as const)
  options(`refuses ${args.join(' ')}`, () => {
    assert.throws(() => readOptions([...args], '/'), sentence)
    assert.throws(() => readOptions([...args], '/'), /sudo npm run faasd/)
  })
options('takes a GitHub App with its key, and a CA, and an empty file that takes it away', () => {
  const privateKey = '-----BEGIN RSA PRIVATE KEY-----\nMII\n-----END RSA PRIVATE KEY-----'
  const args = ['--github-app', '4711', '--github-app-key', key(privateKey), '--github-ca', key('')]
  const { githubApp, githubAppKey, githubCa } = readOptions(args, '/')
  assert.equal([githubApp, githubAppKey, githubCa], ['4711', privateKey, ''])
})
options('takes names in any form of list', () => {
  assert.is(readOptions(['--repositories', 'a/b, c/*'], '/').repositories, 'a/b c/*')
  assert.is(readOptions(['--repositories', ''], '/').repositories, '')
  assert.is(readOptions(['--branch', ' develop  main '], '/').branch, 'develop main')
})
options(
  'take a key of AWS as it is in the file, from where the person is, or an empty one that takes it away',
  () => {
    assert.is(readOptions(['--aws-credentials', key(`${KEY}\n`)], '/').awsCredentials, KEY)
    const file = key(KEY)
    assert.is(readOptions(['--aws-credentials', 'credentials'], dirname(file)).awsCredentials, KEY)
    assert.is(readOptions(['--aws-credentials', key('\n')], '/').awsCredentials, '')
  },
)
options('take who is told of merges as it is in the file, or nobody', () => {
  const urls = 'https://hooks.example/x\nhttp://10.0.0.7/y'
  assert.is(readOptions(['--notify-urls', key(`${urls}\n`)], '/').notifyUrls, urls)
  assert.is(readOptions(['--notify-urls', key('')], '/').notifyUrls, '')
})
options('never show a key that cannot be read', () => {
  try {
    readOptions(['--aws-credentials', key('[default]\naws_secret_access_key = c2VjcmV0')], '/')
    assert.unreachable()
  } catch (error) {
    assert.not.match((error as Error).message, /c2VjcmV0/)
  }
})
options.after(() => rmSync(folder, { recursive: true }))
options.run()

const settings = suite('settings of the box')
const first = readSettings('/nowhere')
const after = (...args: string[]) => withOptions(first, readOptions(args, '/here'))
settings('listen on loopback without a certificate', () => {
  assert.equal(after().front, { tls: false, host: '127.0.0.1', port: 8090 })
  assert.is(publicUrl(after()), 'http://127.0.0.1:8090')
})
settings('listen for all with one', () => {
  assert.equal(after('--certificate', 'c.pem').front, { tls: true, host: '0.0.0.0', port: 443 })
  assert.is(after('--certificate', 'c.pem').certificate, '/here/c.pem')
})
settings('keep what was said before, until it is said anew', () => {
  const before = after('--repositories', 'a/b', '--port', '9000', '--pull', 'box.lan:5555')
  const kept = withOptions(before, readOptions([], '/'))
  assert.equal(kept, before)
  assert.is(pullName(kept, '127.0.0.1:5000'), 'box.lan:5555')
  const off = withOptions(before, readOptions(['--pull', 'off', '--repositories', ''], '/'))
  assert.equal([off.pull, off.repositories], [null, ''])
  assert.is(pullName(off, '127.0.0.1:5000'), '127.0.0.1:5000')
})
settings('keep what builds may use, until it is taken away', () => {
  const asked = after('--build-secrets', 'a/b:npm, c/*:npm', '--base-registries', 'a/*:box.lan:5443')
  assert.equal([asked.buildSecrets, asked.baseRegistries], ['a/b:npm c/*:npm', 'a/*:box.lan:5443'])
  const gone = withOptions(asked, readOptions(['--build-secrets', ''], '/'))
  assert.equal([gone.buildSecrets, gone.baseRegistries], ['', 'a/*:box.lan:5443'])
})
settings('take the usual port when TLS comes or goes', () => {
  const plain = after('--port', '9000')
  assert.is(withOptions(plain, readOptions(['--certificate', '/c.pem'], '/')).front.port, 443)
})
settings('have the service ami once it was asked for, until it is taken away', () => {
  assert.is(after().ami, false)
  const asked = after('--ami', '--aws-region', 'eu-central-1')
  assert.equal([asked.ami, asked.awsRegion], [true, 'eu-central-1'])
  assert.equal(withOptions(asked, readOptions([], '/')), asked)
  const gone = withOptions(asked, readOptions(['--no-ami', '--aws-region', ''], '/'))
  assert.equal([gone.ami, gone.awsRegion], [false, ''])
})
settings.run()
