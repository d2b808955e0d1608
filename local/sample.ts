import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { HOST_NODE_IMAGE, hostNodeImage } from './base-image.ts'
import type { Engine } from './engine.ts'
import { canPull, hasImage } from './pull.ts'

const FOLDER = join(import.meta.dirname, '../sample')
/** The default of NODE_IMAGE in the sample's Dockerfiles. */
const NODE_IMAGE = 'node:22-alpine'
const PULL_MS = 15_000

/**
 * The files of the sample repository by their path in it. Where its base image cannot be had, images.json names
 * an image made of this machine's Node instead.
 */
export async function sampleFiles(engine: Engine): Promise<Record<string, string | Buffer>> {
  const files: Record<string, string | Buffer> = {}
  for (const entry of readdirSync(FOLDER, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name)
    if (entry.isFile()) files[relative(FOLDER, path)] = readFileSync(path)
  }
  if (!(await hasBase(engine))) {
    files['images.json'] = withArgs(String(files['images.json']), { NODE_IMAGE: await hostNodeImage(engine) })
  }
  return files
}

/** A base image made at an earlier start is used again: to ask the network each time would make each start wait. */
async function hasBase(engine: Engine): Promise<boolean> {
  if (await hasImage(engine.host, NODE_IMAGE)) return true
  if (await hasImage(engine.host, HOST_NODE_IMAGE)) return false
  return canPull(engine.host, NODE_IMAGE, PULL_MS)
}

function withArgs(images: string, args: Record<string, string>): string {
  const entries = JSON.parse(images) as object[]
  return `${JSON.stringify(
    entries.map((entry) => ({ ...entry, args })),
    null,
    2,
  )}\n`
}
