import { execFileSync } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { request } from 'node:http'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { ask, get, withHub } from './hub.ts'

const repository = suite('GET /repos/{owner}/{repo}')

repository(
  'shows a repository by name, in any case, and by id',
  withHub({}, async (hub) => {
    const { status, body } = await get(hub, '')
    assert.is(status, 200)
    assert.is(body.full_name, 'acme/shop')
    assert.is(body.private, false)
    assert.is(body.default_branch, 'develop')
    assert.is(body.url, `${hub.url}/repos/acme/shop`)
    assert.is(body.owner.login, 'acme')
    assert.match(body.contents_url, /\/contents\/\{\+path\}$/)
    assert.equal((await ask(hub, '/repos/ACME/Shop')).body, body)
    assert.equal((await ask(hub, `/repositories/${body.id}`)).body, body)
    assert.is((await ask(hub, `/repositories/${body.id}/branches/develop`)).status, 200)
  }),
)
repository(
  'serves a bare repository that somebody put into the folder',
  withHub({}, async (hub, folder) => {
    mkdirSync(join(folder, 'byhand'))
    execFileSync('git', ['init', '--quiet', '--bare', join(folder, 'byhand', 'thing.git')])
    const { body } = await ask(hub, '/repos/byhand/thing')
    assert.is(body.full_name, 'byhand/thing')
    assert.is((await ask(hub, '/repos/byhand/thing')).body.id, body.id)
  }),
)
repository(
  'says 404 in GitHub’s words for what is not there',
  withHub({}, async (hub) => {
    for (const path of [
      '/repos/acme/nothing',
      '/repos/nobody/shop',
      '/repositories/1',
      '/repos/acme/shop/nothing',
      '/repos/acme/shop/%ff',
      '/',
    ]) {
      const { status, body } = await ask(hub, path)
      assert.is(status, 404, path)
      assert.equal(Object.keys(body).sort(), ['documentation_url', 'message', 'status'], path)
      assert.is(body.message, 'Not Found')
      assert.is(body.status, '404')
    }
  }),
)
repository(
  'says 404 to a wrong method',
  withHub({}, async (hub) => {
    assert.is((await ask(hub, '/repos/acme/shop', { method: 'DELETE' })).status, 404)
    assert.is((await ask(hub, '/repos/acme/shop/commits', { method: 'POST' })).status, 404)
  }),
)
repository(
  'never leaves its folder',
  withHub({}, async (hub, folder) => {
    const outside = join(folder, 'acme', 'shop.git', 'inner')
    execFileSync('git', ['init', '--quiet', '--bare', `${outside}.git`])
    const paths = ['/repos/acme%2Fshop.git/inner', '/repos/acme/..%2Facme%2Fshop', '/repos/../repos/%2e%2e/x']
    for (const path of paths) assert.is((await ask(hub, path)).status, 404, path)
    const names = ['../evil/x', 'a/..', 'a/b/c', 'a', 'a/b c']
    for (const name of names) {
      const error = await hub.create(name).catch((thrown) => thrown)
      assert.match(error.message, /not a name of the form owner\/repo/)
    }
  }),
)
repository.run()

const access = suite('who may see what')

access(
  'refuses another token',
  withHub({ token: 'right' }, async (hub) => {
    for (const authorization of ['Bearer wrong', 'token wrong', 'Basic cmlnaHQ6', 'Bearer']) {
      const { status, body } = await get(hub, '', { authorization })
      assert.is(status, 401, authorization)
      assert.is(body.message, 'Bad credentials')
    }
    assert.is((await get(hub, '', { authorization: 'token right' })).status, 200)
    assert.is((await get(hub, '')).status, 200)
  }),
)
access(
  'hides a private repository from who has no token',
  withHub({ token: 'right' }, async (hub) => {
    await hub.create('acme/secret', { files: { a: 'b' } }, { private: true })
    const shown = await ask(hub, '/repos/acme/secret', { headers: { authorization: 'Bearer right' } })
    assert.is(shown.body.private, true)
    const paths = [
      '/repos/acme/secret',
      '/repos/acme/secret/contents/a',
      '/repos/acme/secret/tarball/develop',
    ]
    for (const path of [...paths, `/repositories/${shown.body.id}`]) {
      assert.is((await ask(hub, path)).status, 404, path)
    }
  }),
)
access(
  'refuses a request without a User-Agent',
  withHub({}, async (hub) => {
    const status = await new Promise((resolve, reject) => {
      const sent = request(`${hub.url}/repos/acme/shop`, (response) => {
        response.resume()
        resolve(response.statusCode)
      })
      sent.on('error', reject).end()
    })
    assert.is(status, 403)
  }),
)
access(
  'refuses an Accept header that it cannot serve',
  withHub({}, async (hub) => {
    assert.is((await get(hub, '', { accept: 'text/html' })).status, 415)
    assert.is((await get(hub, '', { accept: 'application/vnd.github+json' })).status, 200)
  }),
)
access(
  'keeps the requests it saw',
  withHub({}, async (hub) => {
    await get(hub, '/commits?per_page=1', { 'x-mine': 'yes' })
    const seen = hub.requests.at(-1)
    assert.is(seen?.method, 'GET')
    assert.is(seen?.path, '/repos/acme/shop/commits?per_page=1')
    assert.is(seen?.headers['x-mine'], 'yes')
  }),
)
access.run()
