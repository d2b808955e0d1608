import { mkdirSync, mkdtempSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { type Collecting, collect } from '../../registry/collect.ts'
import { lastWrite } from '../../registry/storage.ts'

const AT_ONCE = { waitMs: 0, quietMs: 1 }
const LONG_AGO = new Date('2026-11-22T12:00:00Z')

/** A collection that only writes down what happens. */
function open(more: Partial<Collecting> = {}) {
  const happened: string[] = []
  const collecting: Collecting = {
    data: '/nowhere',
    busy: async () => undefined,
    async still(work) {
      happened.push('stands still')
      try {
        return await work()
      } finally {
        happened.push('goes on')
      }
    },
    version: async () => 'docker-registry github.com/docker/distribution 2.8.2+ds1',
    garbageCollect: async (options) => void happened.push(`collects ${options.join(' ')}`.trim()),
    size: async () => 7,
    say: (line) => void happened.push(line),
    ...more,
  }
  return { happened, collecting }
}

function refusal(collecting: Collecting): Promise<string> {
  return collect(collecting, AT_ONCE).then(JSON.stringify, (error: Error) => error.message)
}

const order = suite('the collection')
order('is done while the registry stands still', async () => {
  const { happened, collecting } = open()
  assert.equal(await collect(collecting, AT_ONCE), { before: 7, after: 7 })
  assert.equal(happened, ['stands still', 'collects --delete-untagged', 'goes on'])
})
order('is not done if something has begun before it stood still', async () => {
  const looks = [undefined, 'something is being built']
  const { happened, collecting } = open({ busy: async () => looks.shift() })
  assert.match(await refusal(collecting), /something is being built/)
  assert.equal(happened, ['stands still', 'goes on'])
})
order('waits, and says once what it waits for', async () => {
  const looks = ['it builds', 'it builds', 'it builds', undefined, undefined]
  const { happened, collecting } = open({ busy: async () => looks.shift() })
  await collect(collecting, { waitMs: 60_000, quietMs: 1 })
  assert.equal(happened.slice(0, 2), ['Waiting: it builds', 'stands still'])
})
order('lets the registry go on when it fails', async () => {
  const { happened, collecting } = open({ garbageCollect: () => Promise.reject(new Error('torn')) })
  assert.is(await refusal(collecting), 'torn')
  assert.equal(happened, ['stands still', 'goes on'])
})

/** A registry's folder with one tag, written long ago; `manifest` is what it points to. */
function dataWith(manifest: object): string {
  const data = mkdtempSync(join(tmpdir(), 'artefacto-data-'))
  const root = join(data, 'docker/registry/v2')
  const hex = 'ab'.repeat(32)
  const [blob, tags] = [`blobs/sha256/ab/${hex}`, 'repositories/group/web/_manifests/tags']
  for (const folder of [blob, `${tags}/1.0.0/current`]) mkdirSync(join(root, folder), { recursive: true })
  writeFileSync(join(root, blob, 'data'), JSON.stringify(manifest))
  writeFileSync(join(root, tags, '1.0.0/current/link'), `sha256:${hex}`)
  utimesSync(join(root, tags), LONG_AGO, LONG_AGO)
  return data
}

for (const [version, manifest, options] of [
  ['2.8.2+ds1', { layers: [] }, '--delete-untagged'],
  ['2.8.2+ds1', { manifests: [] }, ''],
  ['no number', { manifests: [] }, ''],
  ['github.com/distribution/distribution/v3 v3.0.0', { manifests: [] }, '--delete-untagged'],
] as const)
  order(
    `of ${version} with ${Object.keys(manifest)}: ${options || 'manifests without a tag stay'}`,
    async () => {
      const { happened, collecting } = open({ data: dataWith(manifest), version: async () => version })
      await collect(collecting, AT_ONCE)
      assert.ok(happened.includes(`collects ${options}`.trim()), happened.join())
    },
  )
order.run()

const written = suite('when somebody last wrote into the registry')
written('is told by blobs, manifests and tags, and by what is being uploaded', () => {
  const data = dataWith({})
  assert.is(lastWrite(data), LONG_AGO.getTime())
  const upload = join(data, 'docker/registry/v2/repositories/group/web/_uploads/1234')
  mkdirSync(upload, { recursive: true })
  writeFileSync(join(upload, 'data'), 'half a layer')
  const later = new Date('2026-11-22T13:00:00Z')
  utimesSync(join(upload, '..'), LONG_AGO, LONG_AGO)
  utimesSync(join(upload, 'data'), later, later)
  assert.is(lastWrite(data), later.getTime())
})
written('is long ago where there is nothing', () => assert.is(lastWrite('/nowhere'), 0))
written.run()
