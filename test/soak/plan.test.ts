import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { type Harm, harmsOf, PARTS } from '../../soak/harm.ts'
import { type Repository, repositoriesOf, type Step, stepsOf } from '../../soak/plan.ts'

const first = <T>(generator: Generator<T, never>, count: number): T[] =>
  Array.from({ length: count }, () => generator.next().value)

const steps = (seed: string, repository: Repository): Step[] => first(stepsOf(seed, repository), 300)
const harms = (seed: string): Harm[] => first(harmsOf(seed), 100)

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

plan.run()
