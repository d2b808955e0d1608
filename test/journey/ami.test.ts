import { execFileSync } from 'node:child_process'
import { mkdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import * as assert from 'uvu/assert'
import type { BuildRecord } from '../../functions/shared/build-record.ts'
import type { MergeRecord } from '../../functions/shared/merge-record.ts'
import { box, boxImages, openAmiJourney, untestedBox } from '../support/box.ts'
import { diskSuite } from '../support/disk-suite.ts'
import { REPOSITORY, service } from '../support/journey.ts'

const journey = diskSuite('a service of type AMI')
let world: Awaited<ReturnType<typeof openAmiJourney>>
let firstDisk: string | undefined
journey.before(async () => {
  world = await openAmiJourney()
})
journey.after(() => world.close())

/** The record of `box` in a merge. */
async function boxOf(merge: MergeRecord): Promise<BuildRecord> {
  const id = merge.services.find(({ name }) => name === 'box')?.build ?? ''
  return (await world.ledger.build('box', id)) as BuildRecord
}
const logOf = async (record: BuildRecord) => (await world.page(`box/builds/${record.id}.log`)).text()
const staged = async (name: string) => (await world.registry.tags(`staging/${name}`)).length

journey('goes from a merge to an image, a disk that was started, and a green badge', async () => {
  const merge = await world.merge({ ...boxImages('1.0.0'), ...(await box('hello')) })
  assert.is(merge.state, 'built', merge.reason)
  const { disk, digest, state } = await boxOf(merge)
  assert.is(state, 'built')
  assert.is(await world.registry.head('box', '1.0.0'), digest)
  assert.is(await world.registry.head('box', '1.0.0-ami'), disk?.digest)
  assert.match(disk?.booted ?? '', /^started with BIOS: HTTP 200 on port 8080 after/)
  await world.badge('box', '1.0.0')
  await world.until('an empty staging', async () => (await staged('box')) === 0)
  firstDisk = disk?.digest
})

journey('has a disk in the registry that tar unpacks sparse, linked to the image', async () => {
  const manifest = await world.registry.manifest('box', '1.0.0-ami')
  const said = JSON.parse(`${manifest?.bytes}`)
  assert.is(said.artifactType, 'application/vnd.artefacto.disk.v1')
  assert.is(said.annotations['artefacto.image'], await world.registry.head('box', '1.0.0'))
  const folder = join(world.state.folder, 'pulled')
  mkdirSync(folder)
  writeFileSync(join(folder, 'disk.tar.gz'), await world.registry.blob('box', said.layers[0].digest))
  execFileSync('tar', ['-xzSf', 'disk.tar.gz'], { cwd: folder })
  const { size, blocks } = statSync(join(folder, 'disk.img'))
  assert.is(size, 2 ** 30)
  assert.ok(blocks * 512 < 100_000_000, `${blocks} blocks on the disk`)
})

journey('is left as it is where only another service changes', async () => {
  const merge = await world.merge({ ...boxImages('1.0.0', { web: '1.0.0' }), ...service('web', 'w1') })
  assert.is(merge.state, 'built', merge.reason)
  const { state, disk } = await boxOf(merge)
  assert.is(state, 'unchanged')
  assert.is(disk?.digest, firstDisk)
})

journey('has a tag moved to its image alone, without another disk', async () => {
  const [entry, ...others] = JSON.parse(boxImages('1.0.0', { web: '1.0.0' })['images.json'] as string)
  const merge = await world.merge({
    'images.json': JSON.stringify([{ ...entry, tags: ['latest'] }, ...others]),
  })
  assert.is(merge.state, 'built', merge.reason)
  const { state, disk, digest } = await boxOf(merge)
  assert.equal([state, disk?.digest], ['built', firstDisk])
  assert.is(await world.registry.head('box', 'latest'), digest)
  assert.is(await world.registry.head('box', 'latest-ami'), undefined)
})

journey('may have another size of disk only in another version', async () => {
  const entries = [{ service_name: 'box', version: '1.0.0', type: 'AMI', disk: 2 }]
  const merge = await world.merge({ 'images.json': JSON.stringify(entries) })
  assert.is(merge.code, 'version_taken')
})

journey('fails with a sentence where the image has no command, and its siblings are held', async () => {
  const merge = await world.merge({
    ...boxImages('1.1.0', { web: '1.1.0' }),
    ...(await box('silent', [])),
    ...service('web', 'w2'),
  })
  assert.is(merge.state, 'failed')
  assert.is(merge.code, 'disk_refused')
  assert.match(merge.reason ?? '', /ENTRYPOINT/)
  for (const [name, tag] of [
    ['box', '1.1.0'],
    ['box', '1.1.0-ami'],
    ['web', '1.1.0'],
  ] as const)
    assert.is(await world.registry.head(name, tag), undefined, `${name}:${tag}`)
  await world.until('an empty staging', async () => (await staged('box')) + (await staged('web')) === 0)
})

journey('is not published where the disk does not answer, and the log has its console', async () => {
  const crashing = await box('gone', ['/bin/httpd', '--no-such-option'])
  const merge = await world.merge({ ...boxImages('1.2.0'), ...crashing })
  assert.is(merge.code, 'disk_refused')
  assert.match(merge.reason ?? '', /does not answer on port 8080/)
  assert.is(await world.registry.head('box', '1.2.0'), undefined)
  assert.match(await logOf(await boxOf(merge)), /ami\[/)
  await world.badge('box', '1.0.0 · 1.2.0 failing')
})

journey('waits while the service ami is away, and is built when it is back', async () => {
  await world.ami.stop()
  const { sha } = await world.github.merge(REPOSITORY, {
    files: { ...boxImages('1.3.0'), ...(await untestedBox('back')) },
  })
  const id = await world.id()
  const waiting = await world.until('a merge that waits', async () => {
    const record = await world.ledger.merge(id, sha)
    return record?.code === 'ami_down' && record
  })
  assert.is(waiting.state, 'queued')
  assert.is(waiting.attempt, 0)
  await world.ami.start()
  await world.catchUp()
  const merge = await world.ended(sha)
  assert.is(merge.state, 'built', merge.reason)
  await world.badge('box', '1.3.0')
  assert.match((await boxOf(merge)).disk?.booted ?? '', /^not tested: the image has no TCP port/)
})

journey('is taken up where build is killed while the disk is made', async () => {
  const { sha } = await world.github.merge(REPOSITORY, {
    files: { ...boxImages('1.4.0'), ...(await untestedBox('again')) },
  })
  const id = await world.id()
  await world.until('a disk that is being made', async () => {
    const record = await world.ledger.merge(id, sha)
    const build = record?.services.find(({ name }) => name === 'box')?.build
    const log = await world.page(`box/builds/${build}.log`)
    return log.ok && (await log.text()).includes('making a bootable disk')
  })
  process.kill(world.stack.gateway.pid('build') as number, 'SIGKILL')
  const merge = await world.ended(sha)
  assert.is(merge.state, 'built', merge.reason)
  assert.is(await world.registry.head('box', '1.4.0-ami'), (await boxOf(merge)).disk?.digest)
  await world.until('an empty staging', async () => (await staged('box')) === 0)
})

journey('is made by the method call, too: only the disk where the image stands', async () => {
  const merge = await world.merge({
    'images.json': JSON.stringify([{ service_name: 'box', version: '1.5.0', type: 'Docker' }]),
    ...(await untestedBox('method')),
  })
  assert.is(merge.state, 'built', merge.reason)
  const image = await world.registry.head('box', '1.5.0')
  const call = { service_name: 'box', version: '1.5.0', type: 'AMI', repository: REPOSITORY }
  const answer = await world.call('/function/build', call)
  const body = await answer.text()
  assert.is(answer.status, 200, body)
  assert.is(await world.registry.head('box', '1.5.0'), image)
  assert.ok(await world.registry.head('box', '1.5.0-ami'))
})

journey.run()
