import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { images, type Journey, openJourney, REPOSITORY, service } from '../support/journey.ts'

const TWO = { branch: 'develop main' }
const two = suite('two branches')
let world: Journey
two.before(async () => {
  world = await openJourney(() => ({ webhook: TWO, build: TWO, badge: { ...TWO, pages: 'private' } }))
  // With a token the catch-up asks GitHub at each call.
  writeFileSync(join(world.state.secrets, 'github-token'), 'ghp_test')
  await world.github.forward(REPOSITORY, { to: 'main', deliver: false })
})
two.after(() => world.close())

const web = (version: string, content = version) => ({
  ...images({ web: version }),
  ...service('web', content),
})
const badgeOf = async (branch?: string) => {
  const query = branch === undefined ? '' : `?branch=${branch}`
  const answer = await fetch(`${world.gateway}/function/badge/web.json${query}`)
  const { message, color } = (await answer.json()) as { message: string; color: string }
  return `${color} ${message}`
}
/** The badges of both once they are so: they are kept for some seconds. */
const badges = (develop: string, main: string) =>
  world.until(`develop ${develop}, main ${main}`, async () => {
    const [one, other] = await Promise.all([badgeOf(), badgeOf('main')])
    return one === develop && other === main
  })
const recordOf = async (sha: string) => world.ledger.merge(await world.id(), sha)
const joined = (sha: string) =>
  world.until(`${sha} on both`, async () => (await recordOf(sha))?.branch === 'develop main')
const mergeInto = async (base: string, files: ReturnType<typeof web>) => {
  const { sha } = await world.github.merge(REPOSITORY, { base, files })
  const record = await world.ended(sha)
  assert.is(record.state, 'built', record.reason)
  return { sha, record }
}

two('have a badge each, of what was merged into them', async () => {
  await mergeInto('develop', web('2.0.0'))
  await badges('green 2.0.0', 'grey unknown')
})

two('have what one was fast-forwarded to as it is: nothing is built', async () => {
  const { sha, record } = await mergeInto('develop', web('2.1.0'))
  assert.is((await world.github.forward(REPOSITORY, { to: 'main' })).sha, sha)
  await joined(sha)
  assert.equal({ ...(await recordOf(sha)), branch: '' }, { ...record, branch: '' })
  await badges('green 2.1.0', 'green 2.1.0')
  const svg = await (await fetch(`${world.gateway}/function/badge/web.svg?branch=main`)).text()
  assert.match(svg, 'build: 2.1.0')
})

two('have it by the catch-up where the delivery is lost', async () => {
  // The first time the branch itself is new to the catch-up.
  for (const version of ['2.2.0', '2.3.0']) {
    const { sha } = await mergeInto('develop', web(version))
    await world.github.forward(REPOSITORY, { to: 'main', deliver: false })
    assert.is.not(await badgeOf('main'), `green ${version}`)
    await world.catchUp()
    await joined(sha)
    await badges(`green ${version}`, `green ${version}`)
  }
})

two('go their own ways', async () => {
  await mergeInto('main', web('2.3.1'))
  await badges('green 2.3.0', 'green 2.3.1')
  const method = {
    service_name: 'web',
    version: '2.3.1-hand',
    type: 'Docker',
    ref: 'main',
    repository: REPOSITORY,
  }
  assert.is((await world.call('/function/build', method)).status, 200)
  await badges('green 2.3.0', 'green 2.3.1-hand')
  const { sha } = await world.github.merge(REPOSITORY, { base: 'main', files: { 'images.json': '[{}]' } })
  assert.is((await world.ended(sha)).state, 'failed')
  await badges('green 2.3.0', 'red 2.3.1-hand · images.json invalid')
})

two('share what is published: the same version of the same sources is not built twice', async () => {
  const { record } = await mergeInto('develop', web('2.3.1'))
  assert.is(record.services[0]?.state, 'unchanged')
  await badges('green 2.3.1', 'red 2.3.1-hand · images.json invalid')
  const taken = await world.github.merge(REPOSITORY, { files: web('2.3.1', 'other') })
  assert.match((await world.ended(taken.sha)).reason ?? '', 'version 2.3.1 of web is taken; raise it')
  await badges('red 2.3.1 · 2.3.1 failing', 'red 2.3.1-hand · images.json invalid')
})

two('have a history each', async () => {
  const versionsOf = async (query: string) => {
    const { builds } = (await (await world.page(`web/builds.json${query}`)).json()) as {
      builds: { version: string }[]
    }
    return builds.map(({ version }) => version)
  }
  assert.equal(await versionsOf(''), ['2.3.1', '2.3.1', '2.3.0', '2.2.0', '2.1.0', '2.0.0'])
  assert.equal(await versionsOf('?branch=main'), ['2.3.1-hand', '2.3.1', '2.3.0', '2.2.0', '2.1.0'])
  const { status } = await world.page('web?branch=other')
  assert.is(status, 404)
  assert.match(await (await world.page('web?branch=main')).text(), '/function/badge/web.svg?branch=main')
})

two('say so in what build answers: a claim for a third one is refused', async () => {
  const claim = {
    repository_id: await world.id(),
    repository: REPOSITORY,
    sha: 'a'.repeat(40),
    branch: 'other',
  }
  const answer = await world.call('/function/build', claim)
  assert.is(answer.status, 403)
  assert.match(await answer.text(), 'other is not built here: `branch` is develop main')
})

two.run()
