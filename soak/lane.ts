import { box } from '../test/support/box-files.ts'
import { diskStepsOf } from './disk-plan.ts'
import { type Repository, type Step, stepsOf } from './plan.ts'

/** A repository and what is still to be merged into it; `disks`: it has a service of type AMI. */
export type Lane = { repository: Repository; steps: Generator<Step, never>; disks: boolean }

export async function lanesOf(
  seed: string,
  repositories: Repository[],
  withDisk: Repository,
): Promise<Lane[]> {
  const plain = repositories.filter(({ name }) => name !== withDisk.name)
  const lanes = plain.map((repository) => ({ repository, steps: stepsOf(seed, repository), disks: false }))
  if (plain.length === repositories.length) return lanes
  const [runs, idle] = [await box('PAGE'), await box('PAGE', [])]
  const machine = (page: string, command: boolean) => ({
    ...(command ? runs : idle),
    'box/index.html': `${page}\n`,
  })
  return [...lanes, { repository: withDisk, steps: diskStepsOf(seed, machine), disks: true }]
}
