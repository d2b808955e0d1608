import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { LocalGitHub } from '../../../local/github/server.ts'
import { withHub } from './hub.ts'

/** As a browser asks. */
async function page(hub: LocalGitHub, path: string): Promise<[status: number, type: string, text: string]> {
  const answer = await fetch(hub.url + path, { headers: { accept: 'text/html,*/*;q=0.8' } })
  return [answer.status, answer.headers.get('content-type') ?? '', await answer.text()]
}

const web = suite('local GitHub, for people')
web(
  'shows a commit and a pull request behind the addresses that GitHub has for them',
  withHub({}, async (hub) => {
    const { sha, number } = await hub.merge('acme/shop', { files: { 'a.txt': 'a\n' }, title: 'Add <a>' })
    const [status, type, text] = await page(hub, `/acme/shop/commit/${sha}`)
    assert.equal([status, type], [200, 'text/plain; charset=utf-8'])
    assert.match(text, new RegExp(`^commit ${sha}`))
    const [, , pull] = await page(hub, `/acme/shop/pull/${number}`)
    assert.match(pull, new RegExp(`^acme/shop #${number}: Add <a>\nmerged at 20`))
    assert.match(pull, sha)
  }),
)
web(
  'has nothing behind others, and shows nobody a private repository',
  withHub({}, async (hub) => {
    await hub.create('acme/hidden', { files: { a: '' } }, { private: true })
    const { sha } = await hub.push('acme/hidden', { files: { b: '' } })
    for (const path of [
      '/acme/shop/commit/0000000',
      '/acme/shop/commit/--output=x',
      '/acme/shop/pull/99',
      '/acme/none/pull/1',
      `/acme/hidden/commit/${sha}`,
    ])
      assert.is((await page(hub, path))[0], 404, path)
  }),
)
web.run()
