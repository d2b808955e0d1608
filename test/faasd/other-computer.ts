import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { whereIs } from '../../local/debian.ts'
import { dockerAt } from '../../local/docker.ts'
import { until } from '../support/until.ts'

const run = promisify(execFile)

/** This computer and the other one, on the cable between them. */
export const ADDRESSES = ['10.198.77.1', '10.198.77.2'] as const

export type Said = { code: number; output: string }
export type OtherComputer = {
  /** runs bash there, in its folder; `output` is what both of its outputs said */
  sh(script: string): Promise<Said>
  stop(): Promise<void>
}

/** What is missing for another computer to be made up here; undefined: nothing. */
export function whatIsMissing(): string | undefined {
  if (process.getuid?.() !== 0) return 'root'
  // Cables are laid where nothing leads outside, as in .ci/run: a machine's own interfaces stay as they are.
  if (/^\w+\t00000000\t/m.test(readFileSync('/proc/net/route', 'utf8')))
    return 'a network namespace of its own (unshare --net)'
  return ['ip', 'nsenter', 'skopeo', 'curl', 'dockerd', 'docker', 'docker-registry', 'haproxy'].find(
    (program) => whereIs(program) === undefined,
  )
}

/**
 * A network namespace at the other end of a cable (veth), with an /etc of its own in which `hosts` are names of this
 * computer, and a Docker Engine in `folder`. It lasts as long as its first process, and leaves nothing behind.
 */
export async function otherComputer(folder: string, hosts: string[]): Promise<OtherComputer> {
  const stops: (() => Promise<void>)[] = []
  const stop = async () => {
    for (const end of stops.splice(0).reverse()) await end()
  }
  try {
    const pid = await firstProcess(stops)
    await layCable(pid)
    const there = ['-t', String(pid), '-n', '-m']
    // The tmpfs is for an /etc that is itself an overlay: those do not stack.
    await run('nsenter', [...there, 'sh', '-ec', ownEtc(join(folder, 'etc'), hosts)])
    const env = { ...process.env, HOME: folder, DOCKER_HOST: `unix://${folder}/docker.sock` }
    stops.push(await engine(folder, there, env))
    return { sh: (script) => shell(there, `cd ${folder}\n${script}`, env), stop }
  } catch (error) {
    await stop()
    throw error
  }
}

async function firstProcess(stops: (() => Promise<void>)[]): Promise<number> {
  const first = spawn('unshare', ['--net', '--mount', 'sh', '-c', 'echo ready; exec sleep 600'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const exited = once(first, 'exit')
  stops.push(async () => {
    first.kill('SIGKILL')
    await exited
  })
  await once(first.stdout, 'data')
  return first.pid as number
}

async function layCable(pid: number): Promise<void> {
  const [here, there] = ADDRESSES
  const [near, far] = [`near${pid}`, `far${pid}`]
  const ip = (...args: string[]) => run('ip', args)
  const over = (...args: string[]) => run('nsenter', ['-t', String(pid), '-n', 'ip', ...args])
  await ip('link', 'add', near, 'type', 'veth', 'peer', 'name', far, 'netns', String(pid))
  await ip('address', 'add', `${here}/24`, 'dev', near)
  await ip('link', 'set', near, 'up')
  await over('address', 'add', `${there}/24`, 'dev', far)
  await over('link', 'set', far, 'up')
  await over('link', 'set', 'lo', 'up')
}

function ownEtc(folder: string, hosts: string[]): string {
  return `mkdir ${folder}
    mount -t tmpfs etc ${folder}
    mkdir ${folder}/upper ${folder}/work
    mount -t overlay -o lowerdir=/etc,upperdir=${folder}/upper,workdir=${folder}/work etc /etc
    rm -rf /etc/docker
    echo '${ADDRESSES[0]} ${hosts.join(' ')}' >> /etc/hosts`
}

async function engine(folder: string, there: string[], env: NodeJS.ProcessEnv): Promise<() => Promise<void>> {
  const options = Object.entries({
    host: env.DOCKER_HOST,
    'data-root': join(folder, 'data'),
    'exec-root': join(folder, 'exec'),
    pidfile: join(folder, 'docker.pid'),
    bridge: 'none',
    iptables: 'false',
  }).map(([name, value]) => `--${name}=${value}`)
  let output = ''
  const daemon = spawn('nsenter', [...there, whereIs('dockerd') ?? 'dockerd', ...options], {
    env,
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  daemon.stderr.on('data', (chunk) => {
    output += chunk
  })
  const exited = once(daemon, 'exit')
  const docker = dockerAt(env.DOCKER_HOST as string, { timeout: 2_000 })
  const answers = () =>
    docker.ping().then(
      () => true,
      () => false,
    )
  await until(answers, 'the other engine').catch((error: Error) => {
    daemon.kill('SIGTERM')
    throw new Error(`${error.message}\n${output}`)
  })
  return async () => {
    daemon.kill('SIGTERM')
    await exited
  }
}

function shell(there: string[], script: string, env: NodeJS.ProcessEnv): Promise<Said> {
  const bash = [...there, 'bash', '-euo', 'pipefail', '-c', script]
  return new Promise((resolve) =>
    execFile('nsenter', bash, { env, timeout: 60_000 }, (error, stdout, stderr) =>
      resolve({ code: error === null ? 0 : Number(error.code ?? 1), output: `${stdout}${stderr}` }),
    ),
  )
}
