import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Files } from '../../local/github/server.ts'
import { images, name, openJourney } from '../../test/support/journey.ts'
import { type Benchmark, inTurns } from '../benchmark.ts'
import { openByHand } from '../by-hand.ts'
import { makeTwin } from '../history.ts'
import { noise } from '../noise.ts'
import { released } from '../released.ts'

const FILES = 5_000
const FILE_BYTES = 20_000
/** Each takes half a minute. */
const FEW = 5
const PROMISED_MB = 100

export const benchmark: Benchmark = {
  title: 'A context of 100 MB',
  about: `5,000 files of 20 kB that no compression makes smaller. The script clones develop, builds with BuildKit and pushes. One
small file is another each time, so that neither side finds its layer. Memory is the most that the process of the build
function held at one moment of the merge, engine and registry not counted, against the process of \`docker build\`.`,
  needs: { git: 'git', docker: 'docker.io', time: 'time' },
  async run({ turns }) {
    const world = await openJourney()
    const [repository, twin] = [`acme/${name('large')}`, `acme/${name('large-by-hand')}`]
    await world.github.create(repository, { files: hundredMegabytes() })
    await makeTwin(world, repository, twin)
    const byHand = await openByHand(world, twin)
    const memory = { ours: [] as number[], theirs: [] as number[] }
    const told = join(world.state.folder, 'memory-of-docker-build')
    try {
      const series = await inTurns(Math.min(turns, FEW), {
        ours: async (turn) => {
          const version = `1.0.${turn}`
          const peak = watchPeak(world.stack.gateway.pid('build'))
          const ms = await released(world, release(version), { large: version }, repository)
          if (turn > 0) memory.ours.push(peak())
          return ms
        },
        theirs: async (turn) => {
          const version = `0.9.${turn}`
          await world.github.merge(twin, { files: release(version), deliver: false })
          const ms = await byHand.release(['large'], version, { build: `time -f %M -o ${told} docker build` })
          if (turn > 0) memory.theirs.push((Number(readFileSync(told, 'utf8')) * 1024) / 1e6)
          return ms
        },
      })
      return {
        figures: [
          {
            what: 'from a merge to the image',
            against: 'git clone, docker build, docker push',
            unit: 'ms',
            ...series,
            goal: { of: 'ratio', atMost: 1.2 },
          },
          { what: 'memory of the build function', against: 'docker build', unit: 'MB', ...memory },
        ],
        notes: [ofMemory(Math.max(...memory.ours))],
      }
    } finally {
      byHand.close()
      await world.close()
    }
  },
}

function ofMemory(most: number): string {
  const word = most < PROMISED_MB ? 'less' : 'MORE'
  return `The most that the build function held in any of the runs is ${Math.round(most)} MB: ${word} than the ${PROMISED_MB} MB that it should.`
}

function hundredMegabytes(): Files {
  const files = Array.from({ length: FILES }, (_, index) => [
    `large/part-${index % 50}/file-${index}`,
    noise(index, FILE_BYTES),
  ])
  return { 'large/Dockerfile': 'FROM scratch\nCOPY . /data/\n', ...Object.fromEntries(files) }
}

function release(version: string): Files {
  return { ...images({ large: version }), 'large/version': `${version}\n` }
}

/** Forgets the most that a process has held so far (proc(5), clear_refs); then what it was, in MB. */
function watchPeak(pid: number | undefined): () => number {
  writeFileSync(`/proc/${pid}/clear_refs`, '5')
  return () => {
    const kilobytes = /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
    return (Number(kilobytes) * 1024) / 1e6
  }
}
