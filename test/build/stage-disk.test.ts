import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { BuildLog } from '../../functions/build/build-log.ts'
import { readConfig } from '../../functions/build/config.ts'
import { openDiskService } from '../../functions/build/disk-service.ts'
import type { ToBuild } from '../../functions/build/plan.ts'
import { stageDisk } from '../../functions/build/stage-disk.ts'
import type { Workshop } from '../../functions/build/workshop.ts'
import { Failure } from '../../functions/shared/failure.ts'
import { openRegistry } from '../../functions/shared/registry.ts'
import type { RegistryCall } from '../../functions/shared/registry-transport.ts'
import type { Secrets } from '../../functions/shared/secrets.ts'
import { quickRegistry } from '../fuzz/quick-registry.ts'
import { failureOf } from '../support/failure-of.ts'
import { CONSOLE, type Misdeed, playAmi } from '../support/played-ami.ts'
import { JOB } from './a-job.ts'
import { putImage } from './image-in-memory.ts'
import { SHA } from './tar-bytes.ts'

const SECRETS: Secrets = {
  find: async () => 'the secret',
  need: async () => 'the secret',
  rotating: async () => ['the secret'],
}
const WANTED = {
  verdict: 'build',
  entry: { service_name: 'box', version: '1.0.0', type: 'AMI', disk: 1 },
  source: 'v1:abc',
} as ToBuild

const staging = suite('a disk that is staged')
let ami: Awaited<ReturnType<typeof playAmi>>
staging.before(async () => {
  ami = await playAmi(() => 'the secret')
})
staging.after(() => ami.close())

/** An image in staging, and what has its disk made; `breaks` is what the registry throws instead of an answer. */
async function stage(breaks?: (call: RegistryCall) => Promise<void>) {
  const quick = quickRegistry()
  const registry = openRegistry(async (name, call) => {
    await breaks?.(call)
    return quick.perform(name, call)
  })
  const digest = await putImage(registry, 'staging/box', SHA, {})
  const written: string[] = []
  const log = { write: (text: string) => written.push(text) } as unknown as BuildLog
  const disks = openDiskService(ami.host, SECRETS)
  const shop = { registry, disks, config: readConfig({}) } as unknown as Workshop
  const from = { repository: 'staging/box', digest }
  const make = (signal = new AbortController().signal) => stageDisk(shop, JOB, WANTED, from, log, signal)
  return { quick, digest, written, make }
}

/** What is in staging beside the image. */
const disksIn = ({ repositories }: ReturnType<typeof quickRegistry>) =>
  [...(repositories.get('staging/box')?.tags.keys() ?? [])].filter((tag) => tag !== SHA)

staging('is what the service sent, and names the image that it was made of', async () => {
  ami.does()
  const { quick, digest, make } = await stage()
  const disk = await make()
  assert.equal(disksIn(quick), [`disk-${SHA}`])
  assert.is(ami.made.at(-1), digest)
  const found = quick.repositories.get('staging/box')?.manifests.get(disk.digest)
  assert.is(JSON.parse(`${found?.bytes}`).annotations['artefacto.image'], digest)
})

/** What the service does, what the merge says of it, and whether the repository is to blame. */
const MISDEEDS: [Misdeed, RegExp, Failure['outcome']][] = [
  ['refuses', /it does not start/, 'failed'],
  ['is busy', /other disks are being made/, 'error'],
  ['hangs up before it reads', /service ami/, 'error'],
  ['sends half', /service ami/, 'error'],
  ['signs nothing', /service ami/, 'error'],
  ['signs with another secret', /service ami/, 'error'],
  ['names other bytes', /other bytes than the service ami sent/, 'error'],
  ['names another size', /other bytes than the service ami sent/, 'error'],
]
for (const [misdeed, reason, outcome] of MISDEEDS)
  staging(`is none where the service ${misdeed}`, async () => {
    ami.does(misdeed)
    const { quick, written, make } = await stage()
    const failure = await failureOf(make)
    assert.is(failure.outcome, outcome, failure.message)
    assert.match(failure.message, reason)
    assert.equal(disksIn(quick), [])
    assert.is(written.join('').includes(CONSOLE), misdeed === 'refuses', 'the console in the log')
    ami.does()
    await make()
  })

staging('is none where the service is away, and is made once it is back', async () => {
  const { quick, make } = await stage()
  await ami.kill()
  assert.is((await failureOf(make)).code, 'ami_down')
  await ami.start()
  await make()
  assert.equal(disksIn(quick), [`disk-${SHA}`])
})

staging('is none where the registry is gone in the middle of it', async () => {
  let gone = true
  const stalled = ami.stalls()
  const { quick, make } = await stage(async ({ method }) => {
    if (method !== 'PATCH' || !gone) return
    await stalled
    throw new Failure('registry_down')
  })
  assert.is((await failureOf(make)).code, 'registry_down')
  assert.equal(disksIn(quick), [])
  gone = false
  ami.does()
  await make()
})

staging('is none where the time of the build is over, and the next one is made', async () => {
  const { quick, make } = await stage()
  const over = new AbortController()
  void ami.stalls().then(() => over.abort(new Failure('build_timeout')))
  assert.is((await failureOf(() => make(over.signal))).code, 'build_timeout')
  assert.equal(disksIn(quick), [])
  ami.does()
  await make()
})

staging.run()
