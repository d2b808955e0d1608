import { type Delivered, delivered } from './delivered.ts'
import type { Engine } from './engine.ts'
import type { LocalGitHub } from './github/server.ts'
import { localName, type Options } from './options.ts'
import { readSample, SAMPLE } from './sample.ts'

/**
 * What `npm start` merges: the head of the person's own repository, or the sample without its service of type AMI,
 * once. Undefined where the sample was merged at an earlier start.
 */
export async function firstMerge(
  github: LocalGitHub,
  engine: Engine,
  options: Options,
): Promise<Delivered | undefined> {
  if (options.repo !== undefined) {
    const repository = localName(options.repo)
    await github.create(repository, { clone: options.repo })
    return delivered(repository, await github.replayHead(repository, options.branch))
  }
  if (github.exists(SAMPLE)) return undefined
  await github.create(SAMPLE, { files: { 'README.md': '# The sample of artefacto\n' } })
  const { files } = await readSample(engine)
  return delivered(
    SAMPLE,
    await github.merge(SAMPLE, { files, title: 'Two little services', base: options.branch }),
  )
}

/** The repositories that the local GitHub serves and that may be built. */
export function localRepositories(options: Options): string[] {
  return options.repo === undefined ? [SAMPLE] : [localName(options.repo)]
}
