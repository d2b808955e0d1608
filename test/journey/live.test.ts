import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { hostNodeImage } from '../../local/base-image.ts'
import { images, type Journey, openJourney, REPOSITORY, service } from '../support/journey.ts'

const live = suite('a build while it runs')
let world: Journey
let base: string
live.before(async () => {
  world = await openJourney(() => ({ build: { build_timeout: '8s' } }))
  base = await hostNodeImage(world.engine)
})
live.after(() => world.close())

/** A Dockerfile whose first step prints a line and takes its time; the image itself is one small file. */
const slow = (line: string, ms: number) =>
  [
    `FROM ${base} AS work`,
    `RUN ["node", "-e", "console.log('${line}'); fs.writeFileSync('/result', ''); setTimeout(() => {}, ${ms})"]`,
    'FROM scratch',
    'COPY --from=work /result /',
    '',
  ].join('\n')

async function newestLog(name: string): Promise<string> {
  const history = await fetch(`${world.gateway}/function/badge/${name}/builds.json`)
  if (!history.ok) return ''
  const { builds } = (await history.json()) as { builds: { log: string }[] }
  const log = await fetch(
    new URL(builds[0]?.log ?? '', `${world.gateway}/function/badge/${name}/builds.json`),
  )
  return log.text()
}

live('shows its log and a badge that says so', async () => {
  await world.merge({ ...images({ web: '1.0.0' }), ...service('web', 'w1') })
  const { sha } = await world.github.merge(REPOSITORY, {
    files: { ...images({ web: '1.1.0' }), 'web/Dockerfile': slow('hello from the build', 3_000) },
  })
  const badge = await world.badge('web', '1.0.0 · building 1.1.0')
  assert.is(badge.color, 'blue')
  await world.until('the line', async () => (await newestLog('web')).includes('hello from the build'))
  assert.is((await world.ledger.merge(await world.id(), sha))?.state, 'building')
  assert.is((await world.ended(sha)).state, 'built')
  assert.match(await newestLog('web'), /hello from the build\n[\s\S]*pushed sha256:/)
})

live('is ended at the deadline, with what it printed until then', async () => {
  const { sha } = await world.github.merge(REPOSITORY, {
    files: { ...images({ web: '1.2.0' }), 'web/Dockerfile': slow('too slow', 60_000) },
  })
  const record = await world.ended(sha)
  assert.is(record.code, 'build_timeout')
  assert.match(record.reason ?? '', /longer than 8 s \(build_timeout\)/)
  assert.match(await newestLog('web'), /too slow/)
})

live('answers a method call with 202 when it takes longer than sync_wait allows', async () => {
  const short = await openJourney(() => ({ build: { sync_wait: '1s' } }))
  try {
    await short.github.push(REPOSITORY, { files: { 'web/Dockerfile': slow('patience', 2_500) } })
    const call = { service_name: 'web', version: '1.0.0', type: 'Docker', repository: REPOSITORY }
    const answer = await short.call('/function/build', call)
    assert.is(answer.status, 202)
    assert.match(await answer.text(), /builds\.json/)
    await short.badge('web', '1.0.0')
  } finally {
    await short.close()
  }
})

live.run()
