import { join } from 'node:path'
import { mergedOf } from './github-view.ts'
import type { Disk, Evidence, Image, Made, Memory, Recorded } from './judge.ts'
import { recordOf } from './progress.ts'
import type { RegistryView } from './registry-view.ts'
import { DISK_END, isDiskTag } from './sources.ts'
import { askBadge, type Seen } from './watch.ts'
import type { World } from './world.ts'
import { wrongGreens } from './wrong-greens.ts'

type Given = { made: Made[]; ids: Map<string, number>; seen: Seen; left: string[]; memory: Memory[] }

/** Reads, once all is over, what GitHub and the registry have. */
export async function gather(world: World, registry: RegistryView, given: Given): Promise<Evidence> {
  const { made, ids, seen, left, memory } = given
  const merged = new Map<string, string>()
  for (const name of ids.keys()) {
    const directory = join(world.state.github, `${name}.git`)
    for (const sha of (await mergedOf(world.github.url, name, directory)).shas) merged.set(sha, name)
  }
  const records = new Map<string, Recorded>()
  for (const { repository, sha } of made) {
    const record = await recordOf(registry, ids.get(repository) as number, sha)
    if (record) records.set(sha, record)
  }
  const { images, disks, contents } = await imagesOf(registry, made, seen.digests)
  const badges = await wrongInTheEnd(world, made)
  const wrong = wrongGreens(seen.greens, seen.sights)
  return {
    made,
    merged,
    records,
    images,
    disks,
    digests: seen.digests,
    contents,
    wrongGreens: wrong,
    badges,
    left,
    memory,
  }
}

async function imagesOf(registry: RegistryView, made: Made[], digests: Map<string, string[]>) {
  const images = new Map<string, Image>()
  const disks = new Map<string, Disk>()
  const contents = new Map<string, string | undefined>()
  for (const [service, planned] of contentsOf(made)) {
    for (const version of await registry.tags(service)) {
      const digest = await registry.head(service, version)
      if (digest === undefined) continue
      const reference = `${service}:${version}`
      const history = digests.get(reference) ?? []
      if (history.at(-1) !== digest) digests.set(reference, [...history, digest])
      if (isDiskTag(version)) {
        const image = (await registry.annotations(service, version))?.['artefacto.image']
        disks.set(reference.slice(0, -DISK_END.length), { digest, image })
        continue
      }
      images.set(reference, { digest, content: await registry.content(service, digest, planned) })
    }
    for (const digest of digests.get(`${service}:dev`) ?? [])
      contents.set(digest, await registry.content(service, digest, planned))
  }
  return { images, disks, contents }
}

/** By service, every content that the plan has for it, whatever came of it. */
function contentsOf(made: Made[]): Map<string, string[]> {
  const all = new Map<string, Set<string>>()
  for (const { name, content } of made.flatMap(({ services }) => services))
    all.set(name, (all.get(name) ?? new Set()).add(content))
  return new Map([...all].map(([name, contents]) => [name, [...contents]]))
}

/** The last merge of each repository is a good one: its badges are green with its versions. */
async function wrongInTheEnd(world: World, made: Made[]): Promise<string[]> {
  const last = new Map(made.filter(({ kind }) => kind !== 'no merge').map((one) => [one.repository, one]))
  const wrong: string[] = []
  for (const { services } of last.values())
    for (const { name, version } of services) {
      const shown = (await askBadge(world.url, name))?.version
      if (shown !== version)
        wrong.push(`the badge of ${name} is ${shown ?? 'not green'} in the end, not ${version}`)
    }
  return wrong
}
