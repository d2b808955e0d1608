import { type Delivered, delivered } from './delivered.ts'
import type { LocalGitHub } from './github/server.ts'
import { imagesJson, SAMPLE, type Sample } from './sample.ts'

const JSON_TYPE = 'application/vnd.github+json'
const RAW_TYPE = 'application/vnd.github.raw+json'

/**
 * Merges the sample's service of type AMI into what stands on its branch, once for ever: undefined where that was
 * done at an earlier start, even if a person has taken it out again.
 */
export async function mergeMachine(
  github: LocalGitHub,
  { entry, files }: Sample['machine'],
  base: string,
): Promise<Delivered | undefined> {
  const title = `Add ${entry.service_name}, of type AMI`
  const asked = async <T>(path: string, accept: string) => {
    const answer = await fetch(`${github.url}/repos/${SAMPLE}/${path}`, { headers: { accept } })
    return answer.ok ? ((await answer.json()) as T) : undefined
  }
  const pulls = await asked<{ title: string }[]>('pulls?state=all&direction=asc&per_page=100', JSON_TYPE)
  if (pulls?.some((pull) => pull.title === title)) return undefined
  const entries = await asked<object[]>(`contents/images.json?ref=${encodeURIComponent(base)}`, RAW_TYPE)
  if (entries === undefined) return undefined
  const images = { 'images.json': imagesJson([...entries, entry]) }
  return delivered(SAMPLE, await github.merge(SAMPLE, { files: { ...files, ...images }, title, base }))
}
