import { readFileSync } from 'node:fs'
import type { BuildRecord } from '../functions/shared/build-record.ts'
import { hostNodeImage } from '../local/base-image.ts'
import type { Files } from '../local/github/server.ts'
import { openAmiJourney, untestedBox } from '../test/support/box.ts'
import { REPOSITORY } from '../test/support/journey.ts'

const RUNS = 5
const SERVER = "require('node:http').createServer((_, response) => response.end('here')).listen(8080)"

type World = Awaited<ReturnType<typeof openAmiJourney>>

/**
 * What type AMI takes over type Docker: builds of the same sources of both types in turns, the first of each thrown
 * away, of a small image and of one with Node and 8,000 files. Then how long a machine takes to its first answer, and
 * the memory of build.
 */
async function main(): Promise<void> {
  const world = await openAmiJourney()
  try {
    await compare(world, 'small', RUNS, (run) => untestedBox(`run ${run}`))
    const base = await hostNodeImage({ ...world.engine, started: true })
    await compare(world, 'Node and 8,000 files, 360 MB', 3, async (run) => nodeBox(base, run))
    await booted(world, base)
    const status = readFileSync(`/proc/${world.stack.gateway.pid('build')}/status`, 'utf8')
    const mb = (key: string) => Math.round(Number(new RegExp(`${key}:\\s+(\\d+)`).exec(status)?.[1]) / 1024)
    console.log(`memory of build: ${mb('VmRSS')} MB, peak ${mb('VmHWM')} MB`)
  } finally {
    await world.close()
  }
}

async function compare(
  world: World,
  name: string,
  runs: number,
  files: (run: number) => Promise<Files>,
): Promise<void> {
  const taken: Record<'Docker' | 'AMI', number[]> = { Docker: [], AMI: [] }
  let size = ''
  for (let run = 0; run <= runs; run += 1)
    for (const [turn, type] of (['Docker', 'AMI'] as const).entries()) {
      const record = await build(world, type, await files(run * 2 + turn))
      if (run > 0) taken[type].push(Date.parse(record.finished ?? '') - Date.parse(record.started ?? ''))
      if (record.disk)
        size = `layers ${megabytes(record.size)}, disk as stored ${megabytes(record.disk.size)}`
    }
  const [docker, ami] = [median(taken.Docker), median(taken.AMI)]
  console.log(
    `${name}: Docker ${docker} ms, AMI ${ami} ms, ${ami - docker} ms over it (medians of ${runs}; ${size})`,
  )
}

/** Two machines, one after the other: the record says when each answered. */
async function booted(world: World, base: string): Promise<void> {
  const node = nodeBox(base, 99)
  const answers = 'box/Dockerfile'
  const { disk } = await build(world, 'AMI', { ...node, [answers]: `${node[answers]}EXPOSE 8080\n` })
  console.log(`a machine with Node: ${disk?.booted}`)
}

function nodeBox(base: string, run: number): Files {
  const fill = `const fs = require('fs'); fs.mkdirSync('/files'); for (let i = 0; i < 8000; i += 1) fs.writeFileSync('/files/' + i, require('crypto').randomBytes(16000).toString('hex'))`
  const dockerfile = [
    `FROM ${base}`,
    `RUN ["node", "-e", ${JSON.stringify(fill)}]`,
    'COPY run /',
    `CMD ["node", "-e", ${JSON.stringify(SERVER)}]`,
  ]
  return { 'box/Dockerfile': `${dockerfile.join('\n')}\n`, 'box/run': `${run}\n` }
}

let versions = 0
async function build(world: World, type: 'Docker' | 'AMI', files: Files): Promise<BuildRecord> {
  versions += 1
  const entry = { service_name: 'box', version: `1.0.${versions}`, type, ...(type === 'AMI' && { disk: 8 }) }
  const { sha } = await world.github.merge(REPOSITORY, {
    files: { ...files, 'images.json': JSON.stringify([entry]) },
  })
  const merge = await world.ended(sha)
  if (merge.state !== 'built') throw new Error(merge.reason)
  return (await world.ledger.build('box', merge.services[0]?.build ?? '')) as BuildRecord
}

function megabytes(bytes = 0): string {
  return `${Math.round(bytes / 1e6)} MB`
}

function median(values: number[]): number {
  return Math.round([...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0)
}

await main()
