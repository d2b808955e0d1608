import { setTimeout as wait } from 'node:timers/promises'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { SOURCE_LABEL } from '../../functions/build/source-digest.ts'
import { Failure } from '../../functions/shared/failure.ts'
import { dockerAt } from '../../local/docker.ts'
import { failureOf } from '../support/failure-of.ts'
import {
  building,
  cuttable,
  engineAt,
  NEVER,
  offering,
  openStage,
  run,
  runs,
  type Stage,
} from './engine-stage.ts'

let stage: Stage
const FOREVER = `console.log('begun');setTimeout(()=>{},6e5);`

/** Builds and gives the log. */
async function build(...what: Parameters<typeof building>): Promise<string> {
  let log = ''
  await stage.engine.build(building(...what), (text) => (log += text), NEVER)
  return log
}
const failed = async (...what: Parameters<typeof building>) => {
  const { code, message } = await failureOf(() => build(...what))
  return [code, message]
}

const builds = suite('engine build')
builds.before(async () => {
  stage = await openStage()
})
builds.after(async () => {
  await stage.engine.remove(building({}).image)
  await stage.end()
})

builds('says the version of the engine', async () => {
  assert.is(await stage.engine.version(), stage.local.version)
})
builds('makes an image with the labels and the args, and logs each step', async () => {
  const dockerfile = 'FROM scratch\nARG WORD\nENV SAID=$WORD\nCOPY a /a\n'
  const log = await build(
    { Dockerfile: dockerfile, a: 'x' },
    { args: { WORD: 'ä b' }, labels: { 'artefacto.source.digest': 'v1:abc' } },
  )
  assert.match(log, /^#1 \[internal\]/)
  assert.match(log, /#\d+ \[1\/1\] COPY a \/a\n/)
  const { Config } = await dockerAt(stage.local.host).getImage(building({}).image).inspect()
  assert.equal(Config.Labels, { 'artefacto.source.digest': 'v1:abc' })
  assert.ok(Config.Env?.includes('SAID=ä b'))
})
builds('takes another Dockerfile and another stage', async () => {
  const prod = 'FROM scratch AS first\nLABEL stage=first\nFROM scratch AS second\nLABEL stage=second\n'
  await build({ 'docker/prod': prod }, { dockerfile: 'docker/prod', target: 'first' })
  const { Config } = await dockerAt(stage.local.host).getImage(building({}).image).inspect()
  assert.equal(Config.Labels, { stage: 'first' })
})
builds('makes an image for another platform', async () => {
  const dockerfile = 'FROM scratch\nARG TARGETARCH\nCOPY $TARGETARCH /\n'
  for (const platform of ['linux/arm64', 'linux/arm/v7', 'linux/s390x']) {
    const [os, architecture = '', variant] = platform.split('/')
    await build({ Dockerfile: dockerfile, [architecture]: 'x' }, { platform })
    const image = await dockerAt(stage.local.host).getImage(building({}).image).inspect()
    assert.equal([image.Os, image.Architecture], [os, architecture])
    if (variant) assert.is((image as { Variant?: string }).Variant, variant)
  }
})
builds('says what to do where a step runs a program of another platform', async () => {
  // The head of a program for S/390, in ASCII.
  const program = `\x7fELF\x02\x02\x01${'\0'.repeat(9)}\0\x02\0\x16\0\0\0\x01`
  const dockerfile = 'FROM scratch\nCOPY --chmod=755 program /\nRUN ["/program"]\n'
  const [code, message = ''] = await failed({ Dockerfile: dockerfile, program }, { platform: 'linux/s390x' })
  assert.is(code, 'build_failed')
  assert.match(message, /^exec format error: .*\/program.*; use FROM --platform=\$BUILDPLATFORM .*binfmt/)
})
builds('logs what a step prints as it comes, with a session that outlives seconds of silence', async () => {
  const script = `console.log('€ '+process.argv.length);setTimeout(()=>console.error('end'),4e3)//${Date.now()}`
  const log = await build({ Dockerfile: `FROM ${stage.base}\n${run(script)}` })
  const step = /^#(\d+) € 1$/m.exec(log)?.[1]
  assert.match(log, new RegExp(`^#${step} end$`, 'm'))
  assert.match(log, new RegExp(`^#${step} DONE [4-9]\\.\\ds$`, 'm'))
})

const REFUSED: Record<string, [files: (base: string) => Record<string, string>, code: string, says: RegExp]> =
  {
    'a RUN that fails': [
      (base) => ({ Dockerfile: `FROM ${base}\n${run('process.exit(3)')}` }),
      'build_failed',
      /exit code: 3/,
    ],
    'a program that is not there': [
      (base) => ({ Dockerfile: `FROM ${base}\nRUN ["/nothing"]\n` }),
      'build_failed',
      /./,
    ],
    'a COPY of what is not there': [
      () => ({ Dockerfile: 'FROM scratch\nCOPY nothing /\n' }),
      'build_failed',
      /"\/nothing".* not found/,
    ],
    'a word that Docker does not know': [
      () => ({ Dockerfile: 'FROM scratch\nRNU x\n' }),
      'build_failed',
      /unknown instruction: RNU/i,
    ],
    'an empty Dockerfile': [() => ({ Dockerfile: '' }), 'build_failed', /empty/],
    'a base image whose registry is not there': [
      () => ({ Dockerfile: 'FROM 127.0.0.1:1/nothing:1\n' }),
      'base_unreachable',
      /connection refused/,
    ],
    'a step that says that the disk is full': [
      (base) => ({
        Dockerfile: `FROM ${base}\n${run("console.log('ENOSPC: no space left on device');process.exit(1)")}`,
      }),
      'engine_error',
      /exit code: 1/,
    ],
  }
for (const [title, [files, code, says]] of Object.entries(REFUSED))
  builds(`tells of ${title}`, async () => {
    const [found, message] = await failed(files(stage.base))
    assert.is(found, code, message)
    assert.match(message ?? '', says)
  })
builds('tells of a stage that is not there', async () => {
  const [code, message = ''] = await failed({ Dockerfile: 'FROM scratch\nLABEL a=b\n' }, { target: 'nope' })
  assert.is(code, 'build_failed')
  assert.match(message, /nope.* could not be found/)
})
/** Begins a RUN that does not end; `mark` is in its command line. */
function endless(mark: string, signal: AbortSignal, engine = stage.engine) {
  const what = building({ Dockerfile: `FROM ${stage.base}\n${run(`${FOREVER}//${mark}`)}` })
  let begun: () => void
  const beginning = new Promise<void>((resolve) => {
    begun = resolve
  })
  const ending = failureOf(() => engine.build(what, (text) => /^#\d+ begun$/m.test(text) && begun(), signal))
  return { beginning, ending }
}
async function gone(mark: string): Promise<void> {
  const deadline = Date.now() + 20_000
  while (runs(mark) && Date.now() < deadline) await wait(50)
  assert.not(runs(mark))
}
builds("ends the RUN when the signal says so, with the signal's own Failure", async () => {
  const mark = `abort-${process.pid}`
  const stop = new AbortController()
  const { beginning, ending } = endless(mark, stop.signal)
  await beginning
  assert.ok(runs(mark))
  stop.abort(new Failure('build_timeout', 'it took too long'))
  const failure = await ending
  assert.equal([failure.code, failure.message], ['build_timeout', 'it took too long'])
  await gone(mark)
})
builds('tells of an engine that is gone in the middle, and takes it for a passing error', async () => {
  const mark = `killed-${process.pid}`
  const way = await cuttable(stage.local.host, stage.state.folder)
  const { beginning, ending } = endless(mark, NEVER, engineAt(way.host))
  await beginning
  way.cut()
  const failure = await ending
  way.close()
  assert.equal([failure.code, failure.outcome], ['engine_error', 'error'])
  assert.match(failure.message, /^the connection to the Docker Engine broke \(/)
  await gone(mark)
})
builds("ends with the source's own Failure when a file of it cannot be read", async () => {
  const offer = offering({ Dockerfile: 'FROM scratch\nCOPY a /\n', a: 'x' })
  const context = offer.context.map((file) => ({ ...file, bytes: { file: '/nowhere', at: 0 } }))
  const { code } = await failureOf(() =>
    stage.engine.build(building({}, { offer: { ...offer, context } }), () => {}, NEVER),
  )
  assert.is(code, 'source_broken')
})
builds('removes a tag, and one that is gone as well', async () => {
  const image = `127.0.0.1:1/staging/gone:${process.pid}`
  await build({ Dockerfile: 'FROM scratch\nLABEL a=b\n' }, { image })
  await stage.engine.remove(image)
  await stage.engine.remove(image)
  const found = await dockerAt(stage.local.host)
    .getImage(image)
    .inspect()
    .catch((error: { statusCode: number }) => error.statusCode)
  assert.is(found, 404)
})
builds('knows an image of ours by its labels, and no other by its name', async () => {
  const image = `127.0.0.1:1/staging/whose:${process.pid}`
  const sha = 'a'.repeat(40)
  const revision = { 'org.opencontainers.image.revision': sha }
  const whose: [Record<string, string>, boolean][] = [
    [{}, false],
    [revision, false],
    [{ ...revision, [SOURCE_LABEL]: 'v1:00' }, true],
    [{ [SOURCE_LABEL]: 'v1:00', 'org.opencontainers.image.revision': 'b'.repeat(40) }, false],
  ]
  for (const [labels, ours] of whose) {
    await build({ Dockerfile: 'FROM scratch\nLABEL a=b\n' }, { image, labels })
    assert.is(await stage.engine.hasOurs(image, sha), ours, JSON.stringify(labels))
  }
  await stage.engine.remove(image)
  assert.not(await stage.engine.hasOurs(image, sha))
})
builds.run()
