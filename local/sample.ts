import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { HOST_NODE_IMAGE, hostNodeImage } from './base-image.ts'
import type { Engine } from './engine.ts'
import { canPull, hasImage } from './pull.ts'

/** The sample's name on the local GitHub. */
export const SAMPLE = 'artefacto/sample'

const FOLDER = join(import.meta.dirname, '../sample')
/** The default of NODE_IMAGE in the sample's Dockerfiles. */
const NODE_IMAGE = 'node:22-alpine'
const PULL_MS = 15_000

/** The sample repository: what its first merge brings, and its service of type AMI, which comes with a second one. */
export type Sample = { files: Files; machine: { entry: Entry; files: Files } }
type Files = Record<string, string | Buffer>
type Entry = { service_name: string; version: string; type: string; args?: Record<string, string> }

/**
 * Reads the sample. Where its base image cannot be had, images.json names an image made of this machine's Node
 * instead.
 */
export async function readSample(engine: Engine): Promise<Sample> {
  const args = (await hasBase(engine)) ? undefined : { NODE_IMAGE: await hostNodeImage(engine) }
  const files = sampleFiles()
  const entries = (JSON.parse(String(files['images.json'])) as Entry[]).map((entry) => ({
    ...entry,
    ...(args && { args }),
  }))
  const entry = entries.find(({ type }) => type === 'AMI') as Entry
  const ofMachine = ([path]: [string, unknown]) => path.startsWith(`${entry.service_name}/`)
  const all = Object.entries(files)
  const others = entries.filter((one) => one !== entry)
  return {
    files: {
      ...Object.fromEntries(all.filter((file) => !ofMachine(file))),
      'images.json': imagesJson(others),
    },
    machine: { entry, files: Object.fromEntries(all.filter(ofMachine)) },
  }
}

/** The text of an images.json. */
export function imagesJson(entries: object[]): string {
  return `${JSON.stringify(entries, null, 2)}\n`
}

function sampleFiles(): Files {
  const files: Files = {}
  for (const entry of readdirSync(FOLDER, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name)
    if (entry.isFile()) files[relative(FOLDER, path)] = readFileSync(path)
  }
  return files
}

/** A base image made at an earlier start is used again: to ask the network each time would make each start wait. */
async function hasBase(engine: Engine): Promise<boolean> {
  if (await hasImage(engine.host, NODE_IMAGE)) return true
  if (await hasImage(engine.host, HOST_NODE_IMAGE)) return false
  return canPull(engine.host, NODE_IMAGE, PULL_MS)
}
