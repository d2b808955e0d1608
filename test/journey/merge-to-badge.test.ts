import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { images, name, openWorld, REPOSITORY, service, type World } from '../support/journey.ts'

const journey = suite('from a merge to images and badges')
const web = name('web')
const api = name('api')
let world: World
journey.before(async () => {
  world = await openWorld()
})
journey.after(() => world.close())

/** Staging is emptied after the merge's record says that it is built. */
const emptied = (service: string) =>
  world.until(`an empty staging/${service}`, async () => {
    return (await world.registry.tags(`staging/${service}`)).length === 0
  })

journey('builds all services of a merge, publishes them and turns the badges green', async () => {
  const record = await world.merge({
    ...images({ [web]: '1.0.0', [api]: '1.0.0' }),
    ...service(web, 'w1'),
    ...service(api, 'a1'),
  })
  assert.is(record.state, 'built', record.reason)
  for (const name of [web, api]) {
    assert.is((await world.badge(name, '1.0.0')).color, 'green')
    assert.is(
      await world.registry.head(name, '1.0.0'),
      record.services.find((one) => one.name === name)?.digest,
    )
    await emptied(name)
  }
})

journey('says who built what and keeps the log', async () => {
  const answer = await world.page(`${web}/builds.json`)
  const { builds } = (await answer.json()) as {
    builds: { state: string; digest: string; size: number; log: string }[]
  }
  assert.is(builds[0]?.state, 'built')
  assert.match(builds[0]?.digest ?? '', /^sha256:[0-9a-f]{64}$/)
  assert.ok((builds[0]?.size ?? 0) > 0)
  const log = await world.page(`${web}/${builds[0]?.log}`)
  assert.match(await log.text(), /COPY content/)
})

journey('names a failing Dockerfile, keeps the version that stands, publishes nothing', async () => {
  const broken = { [`${web}/Dockerfile`]: 'FROM scratch\nCOPY content /\nRUN ["/no-such-program"]\n' }
  const record = await world.merge({ ...images({ [web]: '1.1.0', [api]: '1.0.0' }), ...broken })
  assert.is(record.state, 'failed')
  assert.is(record.code, 'build_failed')
  const badge = await world.badge(web, '1.0.0 · 1.1.0 failing')
  assert.is(badge.color, 'red')
  assert.is(await world.registry.head(web, '1.1.0'), undefined)
  assert.is((await world.badge(api, '1.0.0')).color, 'green')
})

journey('publishes a fix under the version that failed', async () => {
  const record = await world.merge(service(web, 'w2'))
  assert.is(record.state, 'built', record.reason)
  await world.badge(web, '1.1.0')
})

journey('leaves a service alone whose sources did not change', async () => {
  const before = await world.registry.head(api, '1.0.0')
  const record = await world.merge({ ...images({ [web]: '1.2.0', [api]: '1.0.0' }), ...service(web, 'w3') })
  assert.equal(
    record.services.map(({ name, state }) => [name, state]),
    [
      [web, 'built'],
      [api, 'unchanged'],
    ],
  )
  assert.is(await world.registry.head(api, '1.0.0'), before)
})

journey('refuses a version that is taken, before anything is built', async () => {
  const before = await world.registry.head(api, '1.0.0')
  const record = await world.merge({
    ...images({ [web]: '1.3.0', [api]: '1.0.0' }),
    ...service(web, 'w4'),
    ...service(api, 'a2'),
  })
  assert.is(record.state, 'failed')
  assert.match(record.reason ?? '', new RegExp(`version 1\\.0\\.0 of ${api} is taken; raise it`))
  assert.is(await world.registry.head(api, '1.0.0'), before)
  assert.is(await world.registry.head(web, '1.3.0'), undefined)
  await world.badge(web, '1.2.0 · 1.3.0 failing')
})

journey(
  'holds a service whose sibling fails, and publishes both with the fix under the same versions',
  async () => {
    const broken = { [`${api}/Dockerfile`]: 'FROM scratch\nCOPY missing /\n' }
    const held = await world.merge({ ...images({ [web]: '1.3.0', [api]: '1.1.0' }), ...broken })
    assert.equal(
      held.services.map(({ name, state }) => [name, state]),
      [
        [web, 'held'],
        [api, 'failed'],
      ],
    )
    assert.is(await world.registry.head(web, '1.3.0'), undefined)
    await emptied(web)
    const fixed = await world.merge(service(api, 'a3'))
    assert.is(fixed.state, 'built', fixed.reason)
    await world.badge(web, '1.3.0')
    await world.badge(api, '1.1.0')
  },
)

journey('says that images.json is wrong, and where', async () => {
  const record = await world.merge({
    'images.json': `[{"service_name": "${web}", "version": "2", "type": "Docker", "colour": 1}]`,
  })
  assert.is(record.code, 'images_invalid')
  assert.match(record.reason ?? '', /\/0\/colour: unknown key/)
  const badge = await world.badge(web, '1.3.0 · images.json invalid')
  assert.is(badge.color, 'red')
})

journey('refuses what cannot become a disk with a sentence, and publishes nothing of it', async () => {
  const entries = [{ service_name: web, version: '1.4.0', type: 'AMI' }]
  const { sha } = await world.github.merge(REPOSITORY, {
    files: { 'images.json': JSON.stringify(entries) },
  })
  const id = await world.id()
  // Without the service ami, while it is away, and where it is: then the image has no command to run.
  const record = await world.until('a reason', async () => {
    const found = await world.ledger.merge(id, sha)
    return ['no_disks', 'ami_down', 'disk_refused'].includes(found?.code ?? '') && found
  })
  assert.match(record.reason ?? '', /disk|service ami|ENTRYPOINT/)
  assert.is(await world.registry.head(web, '1.4.0'), undefined)
})

journey('shows a service that images.json does not name any more as retired', async () => {
  const record = await world.merge({ ...images({ [web]: '1.4.0' }), ...service(web, 'w5') })
  assert.is(record.state, 'built', record.reason)
  await world.badge(api, '1.1.0 · retired')
})

journey.run()
