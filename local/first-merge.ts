import type { Engine } from './engine.ts'
import type { LocalGitHub } from './github/server.ts'
import { localName, type Options } from './options.ts'
import { sampleFiles } from './sample.ts'

/** A merge whose delivery the webhook has answered. */
export type Delivered = { repository: string; sha: string; answer: string }

const SAMPLE = 'artefacto/sample'

/**
 * What `npm start` merges: the head of the person's own repository, or the sample, once. Undefined where the sample
 * was merged at an earlier start.
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
  const files = await sampleFiles(engine)
  return delivered(
    SAMPLE,
    await github.merge(SAMPLE, { files, title: 'Two little services', base: options.branch }),
  )
}

/** The repositories that the local GitHub serves and that may be built. */
export function localRepositories(options: Options): string[] {
  return options.repo === undefined ? [SAMPLE] : [localName(options.repo)]
}

function delivered(repository: string, merge: Awaited<ReturnType<LocalGitHub['merge']>>): Delivered {
  const delivery = merge.deliveries.find(({ event }) => event === 'pull_request')
  if (delivery?.status !== 202 && delivery?.status !== 200)
    throw new Error(`The webhook answered ${delivery?.status ?? 'nothing'}: ${delivery?.response ?? ''}`)
  return { repository, sha: merge.sha, answer: delivery.response.trim() }
}
