import { writeFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { readObject } from '../../../local/github/cat-file.ts'
import { processesOf } from '../../support/processes-of.ts'
import { withHub } from './hub.ts'

const objects = suite('readObject')

objects(
  'answers many at once, each what it asked for',
  withHub({}, async (_, folder) => {
    const directory = `${folder}/acme/shop.git`
    const names = [
      'develop:images.json',
      'nothing',
      'develop:web/Dockerfile',
      'develop^{tree}',
      'develop:linked.json',
    ]
    const found = await Promise.all([...names, ...names].map((name) => readObject(directory, name)))
    assert.equal(
      found.map((object) => object?.type),
      [...Array(2)].flatMap(() => ['blob', undefined, 'blob', 'tree', 'blob']),
    )
    assert.is(String(found[2]?.bytes), 'FROM scratch\n')
    assert.is(String(found[9]?.bytes), 'images.json')
  }),
)

objects(
  'gives a large object and an empty one whole, and sees what came after it began',
  withHub({}, async (hub, folder) => {
    const directory = `${folder}/acme/shop.git`
    assert.is(await readObject(directory, 'develop:large'), undefined)
    const large = Buffer.alloc(3_000_000, 'large ')
    await hub.push('acme/shop', { files: { large, empty: '' }, deliver: false })
    assert.ok((await readObject(directory, 'develop:large'))?.bytes.equals(large))
    assert.is((await readObject(directory, 'develop:empty'))?.bytes.length, 0)
  }),
)

objects(
  'waits for a git that is slower than the time after which one that nobody asks is ended',
  withHub({}, async (_, folder) => {
    const before = process.env.PATH
    writeFileSync(`${folder}/git`, `#!/bin/sh\nsleep 1.5\nPATH='${before}'\nexec git "$@"\n`, { mode: 0o755 })
    process.env.PATH = `${folder}:${before}`
    try {
      const found = await Promise.all(
        ['develop', 'develop:web'].map((name) => readObject(`${folder}/acme/./shop.git`, name)),
      )
      assert.equal(
        found.map((object) => object?.type),
        ['commit', 'tree'],
      )
    } finally {
      process.env.PATH = before
    }
  }),
)

objects('says that there is no repository, as often as it is asked', async () => {
  for (let time = 0; time < 2; time += 1)
    await readObject('/nowhere/shop.git', 'develop').then(
      () => assert.unreachable(),
      (error: Error) => assert.match(error.message, /not a git repository/),
    )
})

if (process.platform === 'linux')
  objects(
    'keeps one git, and ends it when nobody asks any more',
    withHub({}, async (_, folder) => {
      const directory = `${folder}/acme/shop.git`
      for (let time = 0; time < 3; time += 1) await readObject(directory, 'develop')
      assert.is(processesOf(directory).length, 1)
      const end = performance.now() + 10_000
      while (processesOf(directory).length > 0 && performance.now() < end) await sleep(100)
      assert.is(processesOf(directory).length, 0)
      assert.is((await readObject(directory, 'develop'))?.type, 'commit')
    }),
  )
objects.run()
