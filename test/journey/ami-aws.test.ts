import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { createReadStream, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import type { BuildRecord } from '../../functions/shared/build-record.ts'
import type { MergeRecord } from '../../functions/shared/merge-record.ts'
import { machine } from '../ami/machine.ts'
import { CREDENTIALS, type Emulator, REGION, startEmulator } from '../support/aws/emulator.ts'
import { boxImages, openAmiJourney, untestedBox } from '../support/box.ts'
import { diskSuite } from '../support/disk-suite.ts'
import { REPOSITORY } from '../support/journey.ts'

/** Of a block that is put, in ms: so long, build can be killed in the middle. */
const LATENCY_MS = 1_500

const journey = diskSuite('a service of type AMI, with an account at AWS')
let world: Awaited<ReturnType<typeof openAmiJourney>>
let aws: Emulator
journey.before(async () => {
  aws = await startEmulator({ latency: LATENCY_MS })
  world = await openAmiJourney({
    ...aws.env,
    aws_region: REGION,
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
  })
  credentials(CREDENTIALS)
})
journey.after(async () => {
  await world.close()
  await aws.close()
})

const credentials = (text: string) => writeFileSync(join(world.state.secrets, 'aws-credentials'), text)
async function boxOf(merge: MergeRecord): Promise<BuildRecord> {
  const id = merge.services.find(({ name }) => name === 'box')?.build ?? ''
  return (await world.ledger.build('box', id)) as BuildRecord
}
/** What the account has of a version. */
function has(version: string): { images: string[]; snapshots: string[] } {
  const of = <T extends { id: string; tags: Record<string, string> }>(things: Iterable<T>) =>
    [...things].filter(({ tags }) => tags['artefacto:version'] === version).map(({ id }) => id)
  const { images, snapshots } = aws.account
  return {
    images: of([...images.values()].filter(({ state }) => state !== 'deregistered')),
    snapshots: of(snapshots.values()),
  }
}
async function sha256(file: string): Promise<string> {
  const hash = createHash('sha256')
  for await (const chunk of createReadStream(file, { highWaterMark: 1 << 20 })) hash.update(chunk)
  return hash.digest('hex')
}

journey('becomes an AMI, whose id record, page and status name', async () => {
  const merge = await world.merge({ ...boxImages('1.0.0'), ...(await untestedBox('from the cloud')) })
  assert.is(merge.state, 'built', merge.reason)
  const { ami } = await boxOf(merge)
  assert.equal(has('1.0.0'), { images: [ami?.id], snapshots: [ami?.snapshot] })
  assert.is(ami?.region, REGION)
  const builds = (await (await world.page('box/builds.json')).json()) as { builds: { ami: unknown }[] }
  assert.equal(builds.builds[0]?.ami, ami)
})

journey('has the disk at AWS that is in the registry, and it starts', async () => {
  const [snapshot = ''] = has('1.0.0').snapshots
  const { layers } = JSON.parse(`${(await world.registry.manifest('box', '1.0.0-ami'))?.bytes}`)
  const folder = join(world.state.folder, 'pulled')
  mkdirSync(folder)
  writeFileSync(join(folder, 'disk.tar.gz'), await world.registry.blob('box', layers[0].digest))
  execFileSync('tar', ['-xzSf', 'disk.tar.gz'], { cwd: folder })
  const rebuilt = join(folder, 'rebuilt.img')
  execFileSync('cp', ['--sparse=always', aws.rebuilt(snapshot), rebuilt])
  assert.is(await sha256(rebuilt), await sha256(join(folder, 'disk.img')))
  const started = await machine({ folder, engine: world.engine }, rebuilt, 'bios')
  try {
    assert.equal(await started.answer('/'), { status: 200, body: 'from the cloud\n' })
  } finally {
    await started.remove()
  }
})

journey('leaves nothing at AWS where a sibling fails', async () => {
  const entries = JSON.parse(String(boxImages('1.1.0')['images.json']))
  entries.push({ service_name: 'web', version: '1.0.0', type: 'Docker' })
  const merge = await world.merge({
    'images.json': JSON.stringify(entries),
    'web/Dockerfile': 'FROM scratch\nCOPY nothing /\n',
    ...(await untestedBox('held')),
  })
  assert.is(merge.state, 'failed')
  assert.is((await boxOf(merge)).ami, undefined)
  await world.until('an account without it', async () => {
    const { images, snapshots } = has('1.1.0')
    return images.length + snapshots.length === 0
  })
  assert.is(has('1.0.0').images.length, 1, 'what was published stays')
})

journey('is not published where the credentials are wrong, and is when they are right', async () => {
  credentials(CREDENTIALS.replace('EXAMPLEKEY', 'ANOTHERKEY'))
  const merge = await world.merge({ ...boxImages('1.2.0'), ...(await untestedBox('locked out')) })
  assert.is(merge.state, 'error')
  assert.is(merge.code, 'aws_refused')
  assert.not.match(JSON.stringify(merge), 'ANOTHERKEY')
  assert.is(await world.registry.head('box', '1.2.0'), undefined)
  credentials(CREDENTIALS)
  const { sha, repositoryId } = merge
  const claim = { repository_id: repositoryId, repository: REPOSITORY, sha, again: true }
  // Until the first attempt has tidied up, it is being worked on.
  await world.until('a second attempt', async () => {
    const answer = await world.call('/function/build', claim)
    return !(await answer.text()).includes('already')
  })
  const built = await world.until('the second attempt', async () => {
    const record = await world.ledger.merge(repositoryId, sha)
    return record?.state === 'built' && record
  })
  assert.equal(has('1.2.0').images, [(await boxOf(built)).ami?.id])
})

journey('goes on with the same snapshot where build is killed while the disk goes up', async () => {
  const before = aws.count('PutSnapshotBlock')
  const { sha } = await world.github.merge(REPOSITORY, {
    files: { ...boxImages('1.3.0'), ...(await untestedBox('killed')) },
  })
  await world.until('a disk on its way', async () => aws.count('PutSnapshotBlock') > before)
  process.kill(world.stack.gateway.pid('build') as number, 'SIGKILL')
  const merge = await world.ended(sha)
  assert.is(merge.state, 'built', merge.reason)
  const { ami, attempt } = await boxOf(merge)
  assert.is(attempt, 2)
  assert.equal(has('1.3.0'), { images: [ami?.id], snapshots: [ami?.snapshot] })
})

journey.run()
