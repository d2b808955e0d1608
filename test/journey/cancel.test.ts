import { readdirSync, readFileSync } from 'node:fs'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { hostNodeImage } from '../../local/base-image.ts'
import { images, type Journey, openJourney, REPOSITORY, service } from '../support/journey.ts'
import { RUN } from '../support/shop.ts'

const OTHER = 'acme/other'
/** Found in the command line of a step that runs. */
const MARK = `cancelled-${RUN}`

const cancel = suite('a merge that the operator cancels')
let world: Journey
let base: string
cancel.before(async () => {
  world = await openJourney(() => ({ build: { max_builds: '1' } }))
  base = await hostNodeImage(world.engine)
  await world.github.create(OTHER, { files: { 'README.md': '# other\n' } })
  await world.merge({
    ...images({ web: '1.0.0', api: '1.0.0' }),
    ...service('web', 'w'),
    ...service('api', 'a'),
  })
})
cancel.after(() => world.close())

const slow = (seconds: number) =>
  [
    `FROM ${base} AS work`,
    `RUN ["node", "-e", "console.log('${MARK}'); fs.writeFileSync('/r', ''); setTimeout(() => {}, ${seconds}000)"]`,
    'FROM scratch',
    'COPY --from=work /r /',
    '',
  ].join('\n')

async function ask(sha: string, more: object, repository = REPOSITORY) {
  const claim = { repository_id: await world.id(repository), repository, sha, ...more }
  const answer = await world.call('/function/build', claim)
  return { status: answer.status, body: (await answer.json()) as { message?: string; accepted?: string } }
}
const recordOf = async (sha: string, repository = REPOSITORY) =>
  world.ledger.merge(await world.id(repository), sha)
/** Whether a step with our mark runs on this machine: the engine's are its own processes. */
const stepRuns = () =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .some((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(MARK)
      } catch {
        return false
      }
    })

cancel('stops in the middle of its build, publishes nothing, and can be run again', async () => {
  const files = { ...images({ web: '1.1.0', api: '1.1.0' }), ...service('api', 'a2') }
  const { sha } = await world.github.merge(REPOSITORY, { files: { ...files, 'web/Dockerfile': slow(12) } })
  await world.until('the step', async () => stepRuns())
  const { status, body } = await ask(sha, { cancel: true })
  assert.equal([status, body.accepted], [202, `${REPOSITORY} ${sha} is being cancelled`])
  const record = await world.ended(sha)
  assert.equal([record.state, record.code], ['failed', 'cancelled'])
  assert.is(record.reason, 'web: cancelled by the operator')
  await world.until('the end of the step', async () => !stepRuns())
  await world.badge('web', '1.0.0 · 1.1.0 failing')
  await world.badge('api', '1.0.0 · 1.1.0 failing')
  await world.until('an empty staging', async () => (await world.registry.tags('staging/web')).length === 0)
  for (const name of ['web', 'api']) assert.is(await world.registry.head(name, '1.1.0'), undefined)
  const { build = '' } = record.services.find(({ name }) => name === 'web') ?? {}
  const log = await (await world.page(`web/builds/${build}.log`)).text()
  assert.match(log, MARK)
  assert.match(log, /failed: cancelled by the operator/)
  assert.equal(await ask(sha, { cancel: true }).then(({ status }) => status), 409)
  assert.is((await ask(sha, { again: true })).status, 202)
  await world.badge('web', '1.1.0')
  assert.is((await recordOf(sha))?.state, 'built')
})

cancel('ends while it waits for a slot, and leaves the build before it alone', async () => {
  const { sha: first } = await world.github.merge(REPOSITORY, {
    files: { ...images({ web: '1.2.0' }), 'web/Dockerfile': slow(8) },
  })
  await world.until('the step', async () => stepRuns())
  const { sha } = await world.github.merge(OTHER, {
    files: { ...images({ tool: '1.0.0' }), ...service('tool', 't') },
  })
  await world.until('a merge that waits', async () => (await recordOf(sha, OTHER))?.state === 'building')
  assert.is((await ask(sha, { cancel: true }, OTHER)).status, 202)
  const record = await world.ended(sha, OTHER)
  assert.equal([record.code, record.reason], ['cancelled', 'tool: cancelled by the operator'])
  assert.is((await recordOf(first))?.state, 'building')
  assert.is((await world.ended(first)).state, 'built')
})

cancel('ends while nobody works on it, because it is tried again later', async () => {
  const { sha } = await world.github.merge(REPOSITORY, {
    files: { ...images({ web: '1.3.0' }), 'web/Dockerfile': 'FROM 127.0.0.1:1/base\n' },
  })
  assert.is((await world.ended(sha)).state, 'error')
  await world.badge('web', '1.2.0 · 1.3.0 waiting')
  assert.is((await ask(sha, { cancel: true })).status, 202)
  const record = await world.until('its end', async () => {
    const found = await recordOf(sha)
    return found?.state === 'failed' && found
  })
  assert.is(record.code, 'cancelled')
  await world.badge('web', '1.2.0 · 1.3.0 failing')
})

cancel('is refused where it is too late, too early, or nowhere', async () => {
  const merged = await world.merge({ ...images({ web: '1.4.0' }), ...service('web', 'w4') })
  const after = async (sha: string) => (await ask(sha, { cancel: true })).body.message
  assert.is(await after(merged.sha), 'the merge has ended as built: it cannot be cancelled')
  await world.ledger.writeMerge({ ...merged, state: 'publishing' })
  assert.is(await after(merged.sha), 'the merge is being published: it cannot be cancelled any more')
  await world.ledger.writeMerge({ ...merged, state: 'queued', time: undefined })
  assert.is(
    await after(merged.sha),
    'GitHub has not confirmed the merge yet: cancel it once it is being built',
  )
  await world.ledger.writeMerge(merged)
  const nobody = 'f'.repeat(40)
  assert.is(await after(nobody), `there is no merge ${REPOSITORY} ${nobody}`)
})

cancel.run()
