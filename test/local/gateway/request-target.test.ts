import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { functionTarget, parseTarget } from '../../../local/gateway/request-target.ts'

// The gateway writes the decoded path into a new address: github.com/openfaas/faas, forwarding_proxy.go.
const target = suite('functionTarget')
const ROWS: [title: string, url: string, seen: string | undefined][] = [
  ['a plain path', '/a/b', '/a/b'],
  ['an encoded slash arrives decoded (faasd.md 4)', '/a%2Fb', '/a/b'],
  ['a space stays encoded', '/a%20b', '/a%20b'],
  ['UTF-8 stays encoded', '/%C3%A9', '/%C3%A9'],
  ['bytes that are no UTF-8 stay', '/%ff', '/%FF'],
  ['an encoded question mark begins the query', '/a%3Fkey=x', '/a?key=x'],
  ['an encoded hash ends the address', '/a%23b?x=1', '/a'],
  ['a control character is no address', '/a%0dX: y', undefined],
  ['what Go escapes is escaped', "/a!'()*[]$&+,;=:@", '/a%21%27%28%29%2A%5B%5D$&+,;=:@'],
  ['the query stays raw', '/a?x=%2F&y=%zz', '/a?x=%2F&y=%zz'],
  ['an escape of an escape is one escape', '/a%2525', '/a%25'],
  ['an escape of a letter is that letter', '/%2541', '/A'],
  ['an escape that decodes to a broken one is none', '/a%25zz', undefined],
]
for (const [title, url, seen] of ROWS) {
  target(title, () => {
    const parsed = parseTarget(url)
    assert.is(parsed && functionTarget(parsed), seen)
  })
}
target('nothing below the function is /', () =>
  assert.is(functionTarget({ path: '', query: 'x=1' }), '/?x=1'),
)
target.run()
