import { type ChildProcess, spawn } from 'node:child_process'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { bundle } from '../functions/bundle.ts'
import { putArtifact } from '../functions/shared/artifact.ts'
import { openLedger } from '../functions/shared/ledger.ts'
import { build, merge } from '../test/badge/records.ts'
import { type RealRegistry, startRealRegistry } from '../test/shared/real-registry.ts'

const ROOT = join(import.meta.dirname, '..')
const MANY = 50
const RUNS = 15
/** badge keeps what it saw for five seconds: later it asks the registry again. */
const EXPIRED_MS = 5_200

/**
 * What pages cost beside a real registry with TLS and password, as the deployed bundle serves them: with one service
 * of one build, and with fifty of each; and what a badge waits for while four clients load pages without pause.
 */
async function main(): Promise<void> {
  await bundle(ROOT)
  const real = await startRealRegistry()
  try {
    await stock(real, 'one', 1)
    const read: number[] = []
    for (let run = 0; run < RUNS; run += 1) read.push(await waited(() => real.registry.head('one', '1.4.2')))
    console.log(`one read of the registry: ${shown(read)}`)
    await pages(real, '1 service, 1 build', 'one')
    await stock(real, 'many', MANY)
    for (let index = 2; index < MANY; index += 1) await stock(real, `s${index}`, 1)
    await pages(real, `${MANY} services, ${MANY} builds`, 'many')
    await badges(real)
  } finally {
    await real.stop()
  }
}

/** A service with builds that have ended, the newest one in the registry; all services are of one repository. */
async function stock({ registry }: RealRegistry, service: string, builds: number): Promise<void> {
  const ledger = openLedger(registry)
  await putArtifact(registry, service, ['1.4.2'], {
    artifactType: 'application/x',
    annotations: {},
    layers: [],
  })
  const digest = await registry.head(service, '1.4.2')
  await ledger.writeOwner(service, { repositoryId: 7, repository: 'acme/shop' })
  for (let index = 0; index < builds; index += 1) {
    const time = Date.now() - index * 60_000
    const times = { started: new Date(time).toISOString(), finished: new Date(time + 40_000).toISOString() }
    await ledger.writeBuild(
      build({ service, time, digest, ...times, size: 45_000_000, title: 'A title', pullRequest: 9 }),
    )
  }
  const services = (await ledger.services()).map((name) => ({
    name,
    version: '1.4.2',
    state: 'built' as const,
    build: 'x',
  }))
  await ledger.writeMerge(merge('built', { time: Date.now(), services, known: [service] }))
}

async function pages(real: RealRegistry, what: string, service: string): Promise<void> {
  for (const [name, path] of [
    ['all services', '/'],
    ['one service', `/${service}`],
  ] as const) {
    const { url, child } = await started(real)
    // The first call of a process also opens the connection to the registry.
    await timed(`${url}/nobody.svg`)
    const first = await timed(url + path)
    const again: number[] = []
    for (let run = 0; run < RUNS; run += 1) again.push((await timed(url + path)).ms)
    const size = (first.bytes / 1000).toFixed(1)
    console.log(
      `${what}, page of ${name}: first ${Math.round(first.ms)} ms, then ${shown(again)}; ${size} kB`,
    )
    child.kill('SIGKILL')
  }
}

async function badges(real: RealRegistry): Promise<void> {
  const { url, child } = await started(real)
  const fresh = async () => {
    await sleep(EXPIRED_MS)
    const times: number[] = []
    for (let index = 2; index < MANY; index += 1) times.push((await timed(`${url}/s${index}.svg`)).ms)
    return times
  }
  const kept = async () => {
    const times: number[] = []
    for (let run = 0; run < 100; run += 1) times.push((await timed(`${url}/s2.svg`)).ms)
    return times
  }
  await fresh()
  const alone = { asked: await fresh(), kept: await kept() }
  const paths = ['/', '/many', '/', '/many']
  let loaded = 0
  let going = true
  const clients = paths.map(async (path) => {
    while (going) {
      await timed(url + path)
      loaded += 1
    }
  })
  const beside = { asked: await fresh(), kept: await kept() }
  going = false
  await Promise.all(clients)
  for (const kind of ['asked', 'kept'] as const) {
    const ratio = (median(beside[kind]) / median(alone[kind])).toFixed(1)
    const name = kind === 'asked' ? 'that asks the registry' : 'that is kept'
    console.log(
      `badge ${name}: alone ${shown(alone[kind])}, beside pages ${shown(beside[kind])}; ratio ${ratio}`,
    )
  }
  console.log(`${loaded} pages were loaded meanwhile`)
  child.kill('SIGKILL')
}

async function started({ url, state }: RealRegistry): Promise<{ url: string; child: ChildProcess }> {
  const env = { registry_url: url, secret_mount_path: state.secrets, pages: 'public' }
  const child = spawn(process.execPath, [join(ROOT, 'dist/host.cjs')], {
    env: {
      PATH: process.env.PATH,
      HOME: '/tmp',
      http_port: '0',
      function_dir: join(ROOT, 'dist/badge'),
      ...env,
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const [line] = await new Promise<string[]>((resolve) =>
    createInterface(child.stdout).once('line', (text) => resolve([text])),
  )
  const { listening } = JSON.parse(line ?? '') as { listening: number }
  return { url: `http://127.0.0.1:${listening}`, child }
}

async function timed(url: string): Promise<{ ms: number; bytes: number }> {
  const start = performance.now()
  const answer = await fetch(url, { headers: { accept: 'text/html' } })
  const bytes = (await answer.arrayBuffer()).byteLength
  if (!answer.ok) throw new Error(`${url} answered ${answer.status}`)
  return { ms: performance.now() - start, bytes }
}

async function waited(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now()
  await work()
  return performance.now() - start
}

function shown(times: number[]): string {
  const sorted = [...times].sort((a, b) => a - b)
  return `median ${median(times).toFixed(1)} ms, p95 ${sorted[Math.floor(sorted.length * 0.95)]?.toFixed(1)} ms`
}

function median(times: number[]): number {
  return [...times].sort((a, b) => a - b)[Math.floor(times.length / 2)] ?? 0
}

await main()
