import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { readOptions } from '../../faasd/options.ts'
import { publicUrl, pullName, readSettings, withOptions } from '../../faasd/settings.ts'

const options = suite("the installer's options")
for (const [args, sentence] of [
  [['--repositories', 'owner'], /--repositories owner: write owner\/name or owner\/\*/],
  [
    ['--public-url', 'ci.example.org'],
    /--public-url ci.example.org: write an address that begins with https/,
  ],
  [['--github-api-url', 'file:///etc'], /--github-api-url/],
  [['--pages', 'mine'], /--pages mine: write public or private/],
  [['--port', '0'], /--port 0: write a port from 1 to 65535/],
  [['--pull', 'http://x'], /--pull http:\/\/x: write a host name or address/],
  [['--pull', 'box:70000'], /--pull 70000: write a port/],
  [['--colour', 'red'], /colour/],
  [['install'], /install/],
] as const)
  options(`refuses ${args.join(' ')}`, () => {
    assert.throws(() => readOptions([...args], '/'), sentence)
    assert.throws(() => readOptions([...args], '/'), /sudo npm run faasd/)
  })
options('takes names in any form of list', () => {
  assert.is(readOptions(['--repositories', 'a/b, c/*'], '/').repositories, 'a/b c/*')
  assert.is(readOptions(['--repositories', ''], '/').repositories, '')
})
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
settings('take the usual port when TLS comes or goes', () => {
  const plain = after('--port', '9000')
  assert.is(withOptions(plain, readOptions(['--certificate', '/c.pem'], '/')).front.port, 443)
})
settings.run()
