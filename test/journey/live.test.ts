import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { images, name, openWorld, REPOSITORY, service, type World } from '../support/journey.ts'

const live = suite('a build while it runs')
const web = name('web')
let world: World
live.before(async () => {
  world = await openWorld()
})
live.after(() => world.close())

async function newestLog(): Promise<string> {
  const history = await world.page(`${web}/builds.json`)
  if (!history.ok) return ''
  const { builds } = (await history.json()) as { builds: { log: string }[] }
  return (await world.page(`${web}/${builds[0]?.log}`)).text()
}

live('shows its log and a badge that says so', async () => {
  await world.merge({ ...images({ [web]: '1.0.0' }), ...service(web, 'w1') })
  // Takes its time on any engine, without a base image: the address is slow.
  const slow = `/slow/${web}`
  world.github.faults.add({ match: `GET ${slow}`, body: 'here it is', delayMs: 3_000 })
  const dockerfile = `FROM scratch\nADD ${world.github.url}${slow} /\n`
  const { sha } = await world.github.merge(REPOSITORY, {
    files: { ...images({ [web]: '1.1.0' }), [`${web}/Dockerfile`]: dockerfile },
  })
  const badge = await world.badge(web, '1.0.0 · building 1.1.0')
  assert.is(badge.color, 'blue')
  await world.until('the line', async () => (await newestLog()).includes(slow))
  assert.is((await world.ledger.merge(await world.id(), sha))?.state, 'building')
  const record = await world.ended(sha)
  assert.is(record.state, 'built', record.reason)
  const log = await newestLog()
  assert.match(log.slice(log.indexOf(slow)), /DONE [\s\S]*pushed sha256:/)
})

live.run()
