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
import { packed } from '../../ami/packed.ts'
import { sparseArchive } from '../../ami/sparse.ts'
import { besideAws } from '../../functions/bundle.ts'
import { startEmulator } from '../../test/support/aws/emulator.ts'
import { type Benchmark, inTurns } from '../benchmark.ts'

/** Blocks with something in them: 350 MiB, what a Node image has. */
const BLOCKS = 700
const SHORT_BLOCKS = 100
const BLOCK = 524_288
/** Of AWS for a block, in ms. */
const LATENCY = 20
const TURNS = 5
/** Or V8 keeps 32 MB for young objects, of which there are many: stack.yml gives it to build. */
const NODE_OPTIONS = '--max-semi-space-size=2'
const QUIET = { AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' }
const ROOT = join(import.meta.dirname, '../..')
const AGAINST = '64 workers that read the raw disk (the scheme of coldsnap)'

type Way = 'layer' | 'raw'
type Sent = { ms: number; mb: number }

export const benchmark: Benchmark = {
  title: 'A disk on its way to AWS',
  about: `A disk from its layer to a snapshot, as build sends it, against the scheme of coldsnap on the raw disk: ${BLOCKS} blocks of 512 KiB
with something in them, through the same SDK to the same emulator, which takes ${LATENCY} ms for a block. By turns, each in a
process of its own. The layer is unpacked on the way; the raw disk would first have to be.`,
  async run({ short, turns }) {
    const folder = mkdtempSync(join(tmpdir(), 'artefacto-bench-'))
    const aws = await startEmulator({ latency: LATENCY, lag: { put: 0, look: 0, seal: 0, image: 0 } })
    try {
      const disk = await makeDisk(folder, short ? SHORT_BLOCKS : BLOCKS)
      await bundleSender(folder)
      const sent: Record<Way, Sent[]> = { layer: [], raw: [] }
      const sending = (way: Way) => async (turn: number) => {
        const one = await send(folder, way, disk[way], aws.env, turn)
        aws.account.snapshots.clear()
        if (turn > 0) sent[way].push(one)
        return one.ms
      }
      const ms = await inTurns(Math.min(turns, TURNS), { ours: sending('layer'), theirs: sending('raw') })
      const [ours, theirs] = [sent.layer, sent.raw].map((all) => all.map(({ mb }) => mb)) as [
        number[],
        number[],
      ]
      const goal = { of: 'ratio', atMost: 1 } as const
      return {
        figures: [
          { what: 'to a whole snapshot', against: AGAINST, unit: 'ms', ...ms, goal },
          { what: 'memory at its peak', against: AGAINST, unit: 'MB', ours, theirs, goal },
        ],
      }
    } finally {
      await aws.close()
      rmSync(folder, { recursive: true, force: true })
    }
  },
}

/** Half of each block is random, as packed files are, half is text. */
async function makeDisk(folder: string, blocks: number): Promise<Record<Way, string>> {
  const [raw, layer] = [join(folder, 'disk.img'), join(folder, 'layer')]
  const file = openSync(raw, 'w')
  ftruncateSync(file, 2 ** 30)
  for (let n = 0; n < blocks; n += 1) {
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

/** As the bundle of build is made: AWS's SDK is a file beside it. */
async function bundleSender(folder: string): Promise<void> {
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
  way: Way,
  file: string,
  env: Record<string, string>,
  turn: number,
): Promise<Sent> {
  const child = spawn(process.execPath, [join(folder, 'send-disk.cjs'), way, file, String(turn)], {
    env: { ...process.env, ...env, ...QUIET, NODE_OPTIONS },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const said = Buffer.concat(await child.stdout.toArray()).toString()
  return JSON.parse(said) as Sent
}
