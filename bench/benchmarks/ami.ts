import { hostNodeImage } from '../../local/base-image.ts'
import type { Files } from '../../local/github/server.ts'
import { openAmiJourney, untestedBox } from '../../test/support/box.ts'
import { type Journey, REPOSITORY } from '../../test/support/journey.ts'
import { type Benchmark, type Goal, inTurns } from '../benchmark.ts'
import { heldMb } from '../process-cost.ts'

const NODE_TURNS = 2
const AGAINST = 'the same sources as type Docker'
const GIB = 8

export const benchmark: Benchmark = {
  title: 'A bootable disk',
  about: `What type AMI takes over type Docker: from the start of a build to its end, of the same sources as both types, by turns,
of a small image and of one with Node and 8,000 files, on a disk of ${GIB} GiB. No disk is started before it is published: a
box without a port cannot be tested. How long a machine takes to answer is measured once, in QEMU.`,
  async run({ turns, short }) {
    const world = await openAmiJourney()
    const build = builder(world)
    const both = async (
      what: string,
      runs: number,
      files: (turn: number) => Promise<Files>,
      goal?: Goal,
    ) => ({
      what,
      against: AGAINST,
      unit: 'ms' as const,
      ...(await inTurns(runs, {
        ours: async (turn) => (await build('AMI', await files(2 * turn))).ms,
        theirs: async (turn) => (await build('Docker', await files(2 * turn + 1))).ms,
      })),
      ...(goal && { goal }),
    })
    try {
      const base = await hostNodeImage(world.engine)
      const small = await both('a small image', Math.min(turns, 5), (turn) => untestedBox(`turn ${turn}`))
      const node = (turn: number) => Promise.resolve(nodeBox(base, turn))
      const goal = { of: 'difference', atMost: 15_000 } as const
      const large = await both('an image with Node and 8,000 files', short ? 1 : NODE_TURNS, node, goal)
      const { record } = await build('AMI', listening(nodeBox(base, -1)))
      const { size, booted } = record.disk ?? { size: 0, booted: 'not tested' }
      const peak = heldMb(world.stack.gateway.pid('build') as number, 'peak')
      return {
        figures: [small, large],
        notes: [
          `The image with Node has ${megabytes(record.size)} of layers, its disk takes ${megabytes(size)} in the registry.`,
          `A machine with Node, before its disk was published: ${booted}.`,
          `The process of build held ${Math.round(peak)} MB at its peak.`,
        ],
      }
    } finally {
      await world.close()
    }
  },
}

/** Merges the service `box` as either type, under a new version each time, and waits for its end. */
function builder(world: Journey) {
  let versions = 0
  return async (type: 'Docker' | 'AMI', files: Files) => {
    versions += 1
    const disk = type === 'AMI' ? { disk: GIB } : {}
    const images = [{ service_name: 'box', version: `1.0.${versions}`, type, ...disk }]
    const { sha } = await world.github.merge(REPOSITORY, {
      files: { ...files, 'images.json': JSON.stringify(images) },
    })
    const { state, reason, services } = await world.ended(sha)
    const record = await world.ledger.build('box', services[0]?.build ?? '')
    if (state !== 'built' || record === undefined) throw new Error(`the merge ended ${state}: ${reason}`)
    return { record, ms: Date.parse(record.finished ?? '') - Date.parse(record.started ?? '') }
  }
}

/** 8,000 files of 32 kB that compress to half of it, over Node. */
function nodeBox(base: string, turn: number): Files {
  const fill = `const fs = require('fs'); fs.mkdirSync('/files'); for (let i = 0; i < 8000; i += 1) fs.writeFileSync('/files/' + i, require('crypto').randomBytes(16000).toString('hex'))`
  const server = "require('node:http').createServer((_, response) => response.end('here')).listen(8080)"
  const dockerfile = [
    `FROM ${base}`,
    `RUN ${JSON.stringify(['node', '-e', fill])}`,
    'COPY turn /',
    `CMD ${JSON.stringify(['node', '-e', server])}`,
  ]
  return { 'box/Dockerfile': `${dockerfile.join('\n')}\n`, 'box/turn': `${turn}\n` }
}

/** With a port, by which the disk is tested. */
function listening(files: Files): Files {
  return { ...files, 'box/Dockerfile': `${files['box/Dockerfile']}EXPOSE 8080\n` }
}

function megabytes(bytes = 0): string {
  return `${Math.round(bytes / 1e6)} MB`
}
