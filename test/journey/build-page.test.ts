import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { pageKey } from '../../functions/shared/page-key.ts'
import { hostNodeImage } from '../../local/base-image.ts'
import { images, type Journey, name, openJourney, REPOSITORY, service } from '../support/journey.ts'

const page = suite('the page of a build')
const web = name('web')
const api = name('api')
let world: Journey
let base: string
page.before(async () => {
  world = await openJourney(() => ({ badge: { pages: 'private' } }))
  base = await hostNodeImage(world.engine)
  await world.merge({ ...images({ [web]: '1.0.0' }), ...service(web, 'w1') })
})
page.after(() => world.close())

const runs = (script: string) => `FROM ${base}\nRUN ["node", "-e", ${JSON.stringify(script)}]\n`
const keyed = (key: string) => ({
  authorization: `Bearer ${pageKey(world.secret('payload-secret'), key)}`,
  accept: 'text/html',
})
const at = (path: string) => `${world.gateway}/function/badge/${path}`

type Grown = { html: string; next: number; done: boolean; head?: string; seen?: string }

async function newest(): Promise<string> {
  const [id] = await world.ledger.buildIds(web)
  return `${web}/builds/${id}`
}

page('grows while the build prints, and shows how it ended', async () => {
  const script =
    'let n = 0; const t = setInterval(() => { console.log("tick " + ++n); n > 5 && clearInterval(t) }, 1000)'
  const { sha } = await world.github.merge(REPOSITORY, {
    files: { ...images({ [web]: '1.1.0' }), [`${web}/Dockerfile`]: runs(script) },
  })
  const id = await world.until('a build', async () => {
    const path = await newest()
    return (await (await world.page(path)).text()).includes('It is being built') && path
  })
  const answers: string[] = []
  let from = 0
  const last = await world.until('the end', async () => {
    const grown = (await (await world.page(`${id}/live?from=${from}`)).json()) as Grown
    from = grown.next
    if (grown.html.includes('tick')) answers.push(grown.html)
    return grown.done && grown
  })
  assert.ok(answers.length >= 3, `the ticks came in ${answers.length} pieces`)
  const ticks = [...answers.join('').matchAll(/tick (\d)/g)].map(([, number]) => number)
  assert.equal([...new Set(ticks)], ['1', '2', '3', '4', '5', '6'])
  assert.match(last.head ?? '', 'It is published.')
  const { state, reason } = await world.ended(sha)
  assert.is(state, 'built', reason)
  const text = await (await world.page(id)).text()
  assert.match(text, /docker pull [^ ]+:1\.1\.0/)
  assert.match(text, /<i>#\d+ <\/i>tick 6/)
  assert.match(text, `Run again`)
})

page('runs a failed merge again, keeps the log of before, and asks for the key of all', async () => {
  const { sha } = await world.github.merge(REPOSITORY, {
    files: {
      ...images({ [web]: '1.2.0', [api]: '0.1.0' }),
      ...service(api, 'a1'),
      [`${web}/Dockerfile`]: runs('console.log("it breaks"); process.exit(3)'),
    },
  })
  assert.is((await world.ended(sha)).state, 'failed')
  const path = await newest()
  const again = at(`${path}/again`)
  assert.is((await fetch(at(path), { headers: keyed(web) })).status, 200)
  assert.is((await fetch(again, { headers: keyed(web) })).status, 401)
  assert.is((await fetch(again, { method: 'POST', headers: keyed('*') })).status, 401)
  const asked = await fetch(again, { headers: keyed('*') })
  const form = await asked.text()
  assert.is(asked.status, 200)
  for (const part of [sha.slice(0, 12), web, api]) assert.match(form, part)
  const token = /name="token" value="([^"]+)"/.exec(form)?.[1] ?? ''
  const sent = { method: 'POST', headers: keyed('*'), body: new URLSearchParams({ token }) }
  const reply = await fetch(again, { ...sent, redirect: 'manual' })
  assert.equal([reply.status, reply.headers.get('location')], [303, `/function/badge/${path}`])
  const build = await world.until('a second log', async () => {
    const record = await world.ledger.build(web, path.split('/').at(-1) ?? '')
    return record?.logs.length === 2 && record.state === 'failed' && record
  })
  assert.is(build.version, '1.2.0')
  const text = await (await world.page(path)).text()
  assert.match(text, /Attempt 1<\/h3>[\s\S]*it breaks[\s\S]*Attempt 2<\/h3>[\s\S]*it breaks/)
})

page.run()
