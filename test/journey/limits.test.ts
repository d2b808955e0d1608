import { randomBytes } from 'node:crypto'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { hostNodeImage } from '../../local/base-image.ts'
import { images, type Journey, openJourney, REPOSITORY, service } from '../support/journey.ts'

/** A Dockerfile whose first step prints a line and takes its time; the image itself is one small file. */
async function slow(world: Journey, line: string, ms: number) {
  return [
    `FROM ${await hostNodeImage(world.engine)} AS work`,
    `RUN ["node", "-e", "console.log('${line}'); fs.writeFileSync('/result', ''); setTimeout(() => {}, ${ms})"]`,
    'FROM scratch',
    'COPY --from=work /result /',
    '',
  ].join('\n')
}

async function builds(world: Journey): Promise<{ log: string; image: string }[]> {
  const history = await fetch(`${world.gateway}/function/badge/web/builds.json`)
  return history.ok ? ((await history.json()) as { builds: { log: string; image: string }[] }).builds : []
}

async function newestLog(world: Journey): Promise<string> {
  const [newest] = await builds(world)
  return (await fetch(`${world.gateway}/function/badge/web/${newest?.log}`)).text()
}

const timeout = suite('a build that takes longer than build_timeout')
timeout('shows what it prints, and is ended with what it printed until then', async () => {
  const world = await openJourney(() => ({ build: { build_timeout: '8s' } }))
  try {
    await world.merge({ ...images({ web: '1.0.0' }), ...service('web', 'w1') })
    const { sha } = await world.github.merge(REPOSITORY, {
      files: { ...images({ web: '1.1.0' }), 'web/Dockerfile': await slow(world, 'too slow', 60_000) },
    })
    await world.badge('web', '1.0.0 · building 1.1.0')
    await world.until('the line', async () => (await newestLog(world)).includes('too slow\n'))
    assert.is((await world.ledger.merge(await world.id(), sha))?.state, 'building')
    const record = await world.ended(sha)
    assert.is(record.code, 'build_timeout')
    assert.match(record.reason ?? '', /longer than 8 s \(build_timeout\)/)
    assert.match(await newestLog(world), /too slow/)
  } finally {
    await world.close()
  }
})
timeout.run()

const limits = suite('the limits of an entry')
const limited = (limits: object, version: string) => ({
  'images.json': JSON.stringify([{ service_name: 'web', version, type: 'Docker', limits }]),
})
/** What no compression makes smaller. */
const noise = (bytes: number) => randomBytes(bytes).toString('latin1')
let bounded: Journey
limits.before(async () => {
  bounded = await openJourney(() => ({ build: { image_size: '100k' } }))
})
limits.after(() => bounded.close())

limits('end a build after its minutes, and say how many', async () => {
  const files = { ...limited({ minutes: 0.1 }, '1.0.0'), 'web/Dockerfile': await slow(bounded, 'on', 60_000) }
  const record = await bounded.merge(files)
  assert.is(record.code, 'build_timeout')
  assert.is(record.reason, 'web: web took more than its 0.1 minutes')
})
limits('keep an image from being published that is larger, and say how large it is', async () => {
  for (const [own, bytes, limit] of [
    [{ size: '10k' }, 20_000, '10\\.0 kB'],
    [{}, 200_000, '100 kB'],
    [{ size: '1g' }, 200_000, '100 kB'],
  ] as const) {
    const record = await bounded.merge({ ...limited(own, '1.0.0'), ...service('web', noise(bytes)) })
    assert.is(record.state, 'failed')
    assert.match(
      record.reason ?? '',
      new RegExp(`web's image has \\d+(\\.\\d)? kB, over its limit of ${limit}$`),
    )
    assert.is(await bounded.registry.head('web', '1.0.0'), undefined)
  }
  const record = await bounded.merge({
    ...limited({ size: '50k' }, '1.0.0'),
    ...service('web', noise(20_000)),
  })
  assert.is(record.state, 'built', record.reason)
})
limits('change no image: with others it stays as it is', async () => {
  const { services } = await bounded.merge(limited({ size: '1k', minutes: 0.1 }, '1.0.0'))
  assert.is(services[0]?.state, 'unchanged')
})
limits.run()

const method = suite('the build method and its settings')
let world: Journey
method.before(async () => {
  world = await openJourney(() => ({ build: { sync_wait: '1s' } }))
})
method.after(() => world.close())

const ask = { service_name: 'web', version: '1.0.0', type: 'Docker', repository: REPOSITORY }

method('answers 202 when the build takes longer than sync_wait allows', async () => {
  await world.github.push(REPOSITORY, { files: { 'web/Dockerfile': await slow(world, 'patience', 2_500) } })
  const answer = await world.call('/function/build', ask)
  assert.is(answer.status, 202)
  assert.match(await answer.text(), /builds\.json/)
  await world.badge('web', '1.0.0')
  assert.is((await builds(world))[0]?.image, `${world.stack.registry.host}/web:1.0.0`)
})

method(
  'refuses a repository that the allow-list does not let in, and guesses none from a pattern',
  async () => {
    const refusals: [object, number, RegExp][] = [
      [{ ...ask, repository: undefined }, 400, /"repository" is missing/],
      [{ ...ask, repository: 'evil/shop' }, 403, /allow-list/],
    ]
    for (const [body, status, sentence] of refusals) {
      const answer = await world.call('/function/build', body)
      assert.is(answer.status, status, JSON.stringify(body))
      assert.match(((await answer.json()) as { message: string }).message, sentence)
    }
  },
)

method.run()
