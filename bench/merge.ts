import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { images, type Journey, openJourney, REPOSITORY } from '../test/support/journey.ts'

const RUNS = 9

/**
 * From a merge to `service:version` in the registry, against `git clone && docker build && docker push` of the same
 * sources by hand, on the same engine and registry, in turns, the first of each thrown away. Then the memory of
 * build with a context of 100 MB in 5,000 files.
 */
async function main(): Promise<void> {
  const world = await openJourney()
  try {
    await compare(world)
    await memory(world)
  } finally {
    await world.close()
  }
}

async function compare(world: Journey): Promise<void> {
  login(world)
  const ours: number[] = []
  const byHand: number[] = []
  for (let run = 0; run <= RUNS; run += 1) {
    const version = `1.0.${run}`
    // Sources of its own for each side: neither finds the other's layers in the engine's cache.
    await world.github.merge(REPOSITORY, { files: sources(`${version}-by-hand`), deliver: false })
    const hand = time(() => handMade(world, version))
    const { sha, number: pull_request } = await world.github.merge(REPOSITORY, {
      files: sources(version),
      deliver: false,
    })
    const started = performance.now()
    await world.call('/function/build', {
      repository_id: await world.id(),
      repository: REPOSITORY,
      sha,
      pull_request,
    })
    while ((await world.registry.head('web', version)) === undefined) await sleep(5)
    const own = performance.now() - started
    await world.ended(sha)
    if (run > 0) ours.push(own)
    if (run > 0) byHand.push(hand)
  }
  const [a, b] = [median(ours), median(byHand)]
  console.log(
    `merge to image: artefacto ${a} ms, by hand ${b} ms, ratio ${(a / b).toFixed(2)} (medians of ${RUNS})`,
  )
}

async function memory(world: Journey): Promise<void> {
  const noise = (seed: number) => Buffer.alloc(20 * 1024, `${seed} `)
  const files = Object.fromEntries(
    Array.from({ length: 5_000 }, (_, index) => [`web/files/${index}`, noise(index)]),
  )
  const { sha } = await world.github.merge(REPOSITORY, { files: { ...sources('2.0.0'), ...files } })
  const started = performance.now()
  const record = await world.ended(sha)
  const seconds = ((performance.now() - started) / 1000).toFixed(1)
  if (record.state !== 'built') throw new Error(record.reason)
  for (const name of ['webhook', 'build', 'badge']) {
    const status = readFileSync(`/proc/${world.stack.gateway.pid(name)}/status`, 'utf8')
    const mb = (key: string) => Math.round(Number(new RegExp(`${key}:\\s+(\\d+)`).exec(status)?.[1]) / 1024)
    console.log(`memory of ${name}: ${mb('VmRSS')} MB, peak ${mb('VmHWM')} MB`)
  }
  console.log(`context of 100 MB in 5,000 files: ${seconds} s`)
}

function sources(version: string) {
  const code = Array.from({ length: 50 }, (_, index) => [
    `web/src/${index}.js`,
    `console.log(${index}, '${version}')\n`,
  ])
  return {
    ...images({ web: version }),
    'web/Dockerfile': 'FROM scratch\nCOPY . /app/\n',
    ...Object.fromEntries(code),
  }
}

function handMade(world: Journey, version: string): void {
  const folder = mkdtempSync(join(tmpdir(), 'artefacto-hand-'))
  const image = `${world.stack.registry.host}/by-hand:${version}`
  const env = { ...process.env, DOCKER_HOST: world.engine.host, DOCKER_BUILDKIT: '1' }
  const run = (command: string, args: string[]) =>
    execFileSync(command, args, { cwd: folder, env, stdio: 'ignore' })
  run('git', ['clone', '-b', 'develop', `file://${world.state.github}/${REPOSITORY}.git`, 'clone'])
  run('docker', ['build', '-t', image, 'clone/web'])
  run('docker', ['push', image])
  rmSync(folder, { recursive: true })
}

function login(world: Journey): void {
  const args = ['login', world.stack.registry.host, '-u', world.secret('registry-user'), '--password-stdin']
  execFileSync('docker', args, {
    input: world.secret('registry-password'),
    env: { ...process.env, DOCKER_HOST: world.engine.host },
    stdio: ['pipe', 'ignore', 'ignore'],
  })
}

function time(run: () => void): number {
  const started = performance.now()
  run()
  return performance.now() - started
}

function median(values: number[]): number {
  return Math.round([...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0)
}

await main()
