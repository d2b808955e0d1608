import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import {
  closeSync,
  copyFileSync,
  createWriteStream,
  ftruncateSync,
  mkdtempSync,
  openSync,
  rmSync,
  writeSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { build } from 'esbuild'
import { packed } from '../ami/packed.ts'
import { sparseArchive } from '../ami/sparse.ts'
import { besideAws, bundle } from '../functions/bundle.ts'
import { startEmulator } from '../test/support/aws/emulator.ts'

/** Blocks with something in them: 350 MiB, what a Node image has. */
const BLOCKS = 700
const BLOCK = 524_288
/** Of AWS for a block, in ms. */
const LATENCY = 20
const ROUNDS = 5
/** Or V8 keeps 32 MB for young objects, of which there are many. */
const NODE_OPTIONS = '--max-semi-space-size=2'
const QUIET = { AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' }
const ROOT = join(import.meta.dirname, '..')

/**
 * A disk from its layer to AWS as build sends it, against coldsnap's scheme (64 workers that read a raw disk), through
 * the same SDK to the same emulator: in turns, each time in a process of its own, made as the function's bundle is made.
 */
async function main(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'artefacto-bench-'))
  const aws = await startEmulator({ latency: LATENCY, lag: { put: 0, look: 0, seal: 0, image: 0 } })
  try {
    const disk = await makeDisk(folder)
    await bundleSender(folder)
    const runs: Record<string, { ms: number; mb: number }[]> = { layer: [], raw: [] }
    for (let round = 0; round <= ROUNDS; round += 1)
      for (const way of ['layer', 'raw']) {
        const run = await send(folder, way, disk, aws.env, round)
        for (const id of aws.account.snapshots.keys()) aws.account.snapshots.delete(id)
        // The first round warms the emulator up.
        if (round > 0) runs[way]?.push(run)
      }
    const [ours, plain] = [runs.layer ?? [], runs.raw ?? []]
    const ratios = ours.map(({ ms }, round) => (plain[round]?.ms ?? 0) / ms)
    const [layer, raw] = [ours, plain].map((runs) => middle(runs.map(({ ms }) => ms)))
    console.log(
      `${BLOCKS} blocks, ${LATENCY} ms each: ${layer} ms from the layer, ${raw} ms from the raw disk`,
    )
    console.log(`as fast as the plain scheme: ${middle(ratios.map((one) => one * 100)) / 100} times`)
    console.log(
      `peak memory: ${middle(ours.map(({ mb }) => mb))} MB, plain ${middle(plain.map(({ mb }) => mb))} MB`,
    )
  } finally {
    await aws.close()
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Half of each block is random, as packed files are, half is text. */
async function makeDisk(folder: string): Promise<{ raw: string; layer: string }> {
  const [raw, layer] = [join(folder, 'disk.img'), join(folder, 'layer')]
  const file = openSync(raw, 'w')
  ftruncateSync(file, 2 ** 30)
  for (let n = 0; n < BLOCKS; n += 1) {
    const block = Buffer.alloc(BLOCK, `module.exports = function number${n}() {}\n`)
    randomBytes(BLOCK / 2).copy(block)
    writeSync(file, block, 0, BLOCK, n * 2 * BLOCK)
  }
  closeSync(file)
  const archive = sparseArchive(raw, new AbortController().signal)
  await pipeline(
    packed(archive, () => {}),
    createWriteStream(layer),
  )
  return { raw, layer }
}

async function bundleSender(folder: string): Promise<void> {
  await bundle(ROOT)
  copyFileSync(join(ROOT, 'dist/build/aws.cjs'), join(folder, 'aws.cjs'))
  await build({
    entryPoints: [join(ROOT, 'bench/send-disk.ts')],
    outfile: join(folder, 'send-disk.cjs'),
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    plugins: [besideAws],
    logLevel: 'warning',
  })
}

async function send(
  folder: string,
  way: string,
  disk: { raw: string; layer: string },
  env: Record<string, string>,
  round: number,
): Promise<{ ms: number; mb: number }> {
  const file = way === 'raw' ? disk.raw : disk.layer
  const child = spawn(process.execPath, [join(folder, 'send-disk.cjs'), way, file, String(round)], {
    env: { ...process.env, ...env, ...QUIET, NODE_OPTIONS },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const said = Buffer.concat(await child.stdout.toArray()).toString()
  return JSON.parse(said) as { ms: number; mb: number }
}

function middle(values: number[]): number {
  return Math.round([...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0)
}

await main()
