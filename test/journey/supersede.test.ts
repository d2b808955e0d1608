import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { hostNodeImage } from '../../local/base-image.ts'
import { images, type Journey, openJourney, REPOSITORY, service } from '../support/journey.ts'
import { readMetrics } from '../support/metrics.ts'
import { startReceiver } from '../support/receiver.ts'
import { RUN } from '../support/shop.ts'
import { latest, statusesAt } from '../support/statuses.ts'

const OTHER = 'acme/other'

const superseding = suite('a merge that waits, and only moves tags')
let world: Journey
let base: string
let receiver: Awaited<ReturnType<typeof startReceiver>>
superseding.before(async () => {
  world = await openJourney(() => ({ build: { max_builds: '1' } }))
  base = await hostNodeImage(world.engine)
  receiver = await startReceiver(() => world.secret('notify-secret'))
  writeFileSync(join(world.state.secrets, 'notify-urls'), `${receiver.url}\n`)
  writeFileSync(join(world.state.secrets, 'github-token'), 'ghp_test')
  await world.github.create(OTHER, { files: { 'README.md': '# other\n' } })
  const first = await world.merge(dev('first'))
  assert.is(first.state, 'built', first.reason)
})
superseding.after(async () => {
  await receiver.close()
  await world.close()
})

const dev = (content: string) => ({ ...images({ web: 'dev' }), ...service('web', content) })
const recordOf = async (sha: string) => world.ledger.merge(await world.id(), sha)
const waiting = (sha: string) =>
  world.until(`${sha} to wait`, async () => {
    const record = await recordOf(sha)
    return record?.state === 'building' && record.services.every(({ state }) => state === 'queued')
  })

/** Keeps the only slot busy until it is called off. */
async function busy(): Promise<() => Promise<void>> {
  const step = `RUN ["node", "-e", "console.log('${RUN}'); setTimeout(() => {}, 300000)"]`
  const Dockerfile = `FROM ${base}\n${step}\nRUN ["node", "-e", "'${performance.now()}'"]\n`
  const files = { ...images({ tool: '1.0.0' }), 'tool/Dockerfile': Dockerfile }
  const { sha } = await world.github.merge(OTHER, { files })
  const repository_id = await world.id(OTHER)
  await world.until('a busy slot', async () => {
    const build = (await world.ledger.merge(repository_id, sha))?.services[0]?.build ?? 'none'
    return (await world.ledger.build('tool', build))?.state === 'building'
  })
  return async () => {
    const claim = { repository_id, repository: OTHER, sha, cancel: true }
    assert.is((await world.call('/function/build', claim)).status, 202)
  }
}

superseding(
  'ends as superseded by a newer one that moves the same, whichever was told of first',
  async () => {
    // The catch-up would find what is delivered late here.
    const faults = world.github.faults
    faults.add({ match: /\/(?:pulls|commits)\?/, status: 502 })
    const free = await busy()
    const { sha: told } = await world.github.merge(REPOSITORY, { files: dev('told') })
    await waiting(told)
    const late = await world.github.merge(REPOSITORY, { files: service('web', 'late'), deliver: false })
    const { sha: newest } = await world.github.merge(REPOSITORY, { files: service('web', 'newest') })
    const record = await world.ended(told)
    const reason = `a newer merge, ${newest.slice(0, 7)}, moves the same tags`
    assert.equal([record.state, record.code, record.reason], ['superseded', 'superseded', `web: ${reason}`])
    const claim = {
      repository_id: await world.id(),
      repository: REPOSITORY,
      sha: late.sha,
      pull_request: late.number,
    }
    assert.is((await world.call('/function/build', claim)).status, 202)
    assert.is((await world.ended(late.sha)).reason, `web: ${reason}`)
    assert.is((await recordOf(newest))?.state, 'building')
    await world.badge('web', 'dev · building dev')
    await free()
    assert.is((await world.ended(newest)).state, 'built')
    await world.badge('web', 'dev')
    assert.is(await world.registry.head('web', 'dev'), (await recordOf(newest))?.services[0]?.digest)

    // What people see of it: its page, its status; and nobody is told as if something were wrong.
    const { build = '' } = record.services[0] ?? {}
    const page = await (await world.page(`web/builds/${build}`)).text()
    assert.match(page, /It was not built: before its turn came, a newer merge was to move the same tags\./)
    assert.match(page, reason)
    const status = await world.until('its last status', async () => {
      const word = latest(await statusesAt(world.github, told))['artefacto/web']
      return !word?.startsWith('pending') && word
    })
    assert.is(status, `error: ${reason}`)
    const metrics = await (await fetch(`${world.gateway}/function/build/_/metrics`)).text()
    assert.is(readMetrics(metrics)['artefacto_merges_ended_total{result="superseded"}'], 2)
    await world.until('a word on the newest', async () =>
      receiver.heard.some(({ event }) => event.data.commit === newest),
    )
    assert.not.ok(receiver.heard.some(({ event }) => [told, late.sha].includes(String(event.data.commit))))

    // It is over: the same delivery once more starts nothing.
    const again = await world.call('/function/build', {
      ...claim,
      sha: told,
      pull_request: record.pullRequest,
    })
    assert.equal([again.status, ((await again.json()) as { already: string }).already], [200, 'superseded'])
    faults.clear()
    await world.catchUp()
    assert.is((await recordOf(told))?.finished, record.finished)
  },
)

superseding('is built where the newer one cannot be read, or writes a version', async () => {
  const free = await busy()
  const { sha: older } = await world.github.merge(REPOSITORY, { files: dev('older') })
  await waiting(older)
  const { sha: broken } = await world.github.merge(REPOSITORY, { files: { 'images.json': '[{}]' } })
  assert.is((await world.ended(broken)).code, 'images_invalid')
  const files = { ...images({ web: 'dev', api: '1.0.0' }), ...service('web', 'both'), ...service('api', 'a') }
  const { sha: newer } = await world.github.merge(REPOSITORY, { files })
  await waiting(newer)
  await free()
  for (const sha of [older, newer]) assert.is((await world.ended(sha)).state, 'built')
  await world.badge('web', 'dev')
})

superseding.run()
