import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { diskStepsOf, makesDisk } from '../../soak/disk-plan.ts'
import { type Harm, harmsOf, PARTS } from '../../soak/harm.ts'
import { type Repository, repositoriesOf, type Step, stepsOf } from '../../soak/plan.ts'

import type { Service } from '../../soak/sources.ts'

const first = <T>(generator: Generator<T, never>, count: number): T[] =>
  Array.from({ length: count }, () => generator.next().value)

const steps = (seed: string, repository: Repository): Step[] => first(stepsOf(seed, repository), 300)
const harms = (seed: string): Harm[] => first(harmsOf(seed), 100)

const machine = (_page: string, runs: boolean) => ({ 'box/Dockerfile': runs ? 'runs' : 'idle' })

const plan = suite('the plan of a soak')
const repositories = repositoriesOf('x', 100)

plan('is the same for the same seed, and another for another', () => {
  for (const repository of repositories) assert.equal(steps('x', repository), steps('x', repository))
  assert.equal(harms('x'), harms('x'))
  assert.is.not(JSON.stringify(harms('x')), JSON.stringify(harms('y')))
  assert.is.not(
    JSON.stringify(steps('x', repositories[0] as Repository)),
    JSON.stringify(steps('y', repositories[0] as Repository)),
  )
})

plan('has four repositories and nine services, and more for many merges', () => {
  assert.is(repositories.length, 4)
  assert.is(repositories.flatMap(({ services }) => services).length, 9)
  assert.is(repositoriesOf('x', 1_000).length, 7)
})

plan('has everything that can happen to a merge, and harms every part', () => {
  const all = repositories.flatMap((repository) => steps('x', repository))
  assert.is(new Set(all.map(({ kind }) => kind)).size, 7)
  assert.is(new Set(all.map(({ told }) => told)).size, 5)
  assert.is(new Set(all.map(({ way }) => way)).size, 3)
  assert.equal(new Set(harms('x').map(({ part }) => part)), new Set(PARTS))
})

plan('promises each version that does not move with one content, but for those that are taken', () => {
  for (const repository of repositories) {
    const contents = new Map<string, string>()
    for (const { kind, services } of steps('x', repository)) {
      if (kind === 'taken') continue
      for (const { name, version, content } of services.filter(({ version }) => version !== 'dev')) {
        const known = contents.get(`${name}:${version}`) ?? content
        assert.is(content, known, `${name}:${version}`)
        contents.set(`${name}:${version}`, content)
      }
    }
  }
})

plan(
  'of the repository with a disk changes the type only with the version, and makes a disk with every fourth merge',
  () => {
    const made = first(diskStepsOf('x', machine), 41)
    assert.equal(made, first(diskStepsOf('x', machine), 41))
    assert.is(made.filter(makesDisk).length, 11)
    assert.equal(new Set(made.map(({ kind }) => kind)), new Set(['raised', 'broken disk', 'unchanged']))
    const types = new Map<string, boolean | undefined>()
    for (const { kind, files, services } of made) {
      const [{ version, disk }] = services as [Service]
      assert.is(types.get(version) ?? disk, disk, version)
      types.set(version, disk)
      assert.is(files['box/Dockerfile'], kind === 'broken disk' ? 'idle' : 'runs')
      assert.is(`${files['images.json']}`.includes('AMI'), disk)
    }
  },
)

plan.run()
