import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { functionSpecs } from '../local/functions.ts'
import { images, openJourney, REPOSITORY, service } from '../test/support/journey.ts'

const RUNS = 11

/**
 * What the three bundles cost as deployed: from the start of the process to the first answer, against an empty
 * process of the same host; memory when idle; and how long GitHub waits for a warm webhook.
 */
async function main(): Promise<void> {
  const world = await openJourney()
  try {
    await world.merge({ ...images({ web: '1.0.0' }), ...service('web', 'w1') })
    const around = {
      state: world.state,
      gatewayUrl: world.gateway,
      githubApiUrl: world.github.url,
      githubUrl: world.github.url,
      dockerHost: world.engine.host,
      registryHost: world.stack.registry.host,
      registryUrl: world.stack.registry.url,
      branch: 'develop',
      repositories: [],
    }
    const paths: Record<string, string> = { webhook: '/', build: '/web/x', badge: '/web.svg' }
    for (const { name, dir, env } of functionSpecs(around)) {
      const starts: number[] = []
      let idle = 0
      for (let run = 0; run <= RUNS; run += 1) {
        const { ms, mb } = await firstAnswer(dir, env, paths[name] ?? '/')
        if (run > 0) starts.push(ms)
        idle = mb
      }
      console.log(
        `${name}: first answer ${median(starts)} ms after the start of its process, idle at ${idle} MB`,
      )
    }
    console.log(`webhook, warm: ${await warm(world)}`)
  } finally {
    await world.close()
  }
}

async function firstAnswer(
  dir: string,
  env: Record<string, string>,
  path: string,
): Promise<{ ms: number; mb: number }> {
  const started = performance.now()
  const child = spawn(process.execPath, ['dist/host.cjs'], {
    env: { PATH: process.env.PATH, HOME: '/tmp', ...env, http_port: '0', function_dir: dir },
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  const [line] = await new Promise<string[]>((resolve) =>
    createInterface(child.stdout).once('line', (text) => resolve([text])),
  )
  const { listening } = JSON.parse(line ?? '') as { listening: number }
  await (await fetch(`http://127.0.0.1:${listening}${path}`)).text()
  const ms = performance.now() - started
  await sleep(200)
  const rss = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1]
  child.kill('SIGKILL')
  return { ms, mb: Math.round(Number(rss) / 1024) }
}

/** Signed deliveries of a merge, one after the other, as the gateway answers them. */
async function warm(world: Awaited<ReturnType<typeof openJourney>>): Promise<string> {
  const { deliveries } = await world.github.merge(REPOSITORY, { files: service('web', 'w2') })
  const [push] = deliveries
  if (push === undefined) throw new Error('nothing was delivered')
  const times: number[] = []
  for (let run = 0; run < 200; run += 1) {
    const started = performance.now()
    await world.github.redeliver(push)
    if (run >= 20) times.push(performance.now() - started)
  }
  const sorted = times.sort((a, b) => a - b)
  return `median ${median(times)} ms, p99 ${Math.round(sorted[Math.floor(sorted.length * 0.99)] ?? 0)} ms`
}

function median(values: number[]): number {
  return Math.round([...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0)
}

await main()
