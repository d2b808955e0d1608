import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { confine, confinementOf, limitFiles, pidOf } from '../../faasd/watch/confinement.ts'
import { whereIs } from '../../local/debian.ts'

const run = promisify(execFile)
const PATH = process.env.PATH ?? ''
const folder = mkdtempSync(join(tmpdir(), 'artefacto-confinement-'))

const pure = suite('what holds a core service')
const TABLE: [title: string, cgroups: string, paths: string[]][] = [
  [
    'version 2',
    '0::/openfaas/artefacto-ami\n',
    ['/r/openfaas/artefacto-ami/memory.max', '/r/openfaas/artefacto-ami/pids.max'],
  ],
  [
    'version 1',
    '12:pids:/openfaas/a\n7:cpu,cpuacct:/openfaas/a\n4:memory:/openfaas/a\n1:name=systemd:/openfaas/a\n0::/x\n',
    ['/r/memory/openfaas/a/memory.limit_in_bytes', '/r/pids/openfaas/a/pids.max'],
  ],
]
for (const [title, cgroups, paths] of TABLE)
  pure(`is found by /proc/PID/cgroup of ${title}`, () => {
    const files = limitFiles(cgroups, '/r')
    assert.equal(
      files.map(({ path }) => path),
      paths,
    )
    assert.equal(
      files.map(({ value }) => value),
      ['1073741824', '128'],
    )
  })
pure('is that of the task that runs', () => {
  const tasks =
    'TASK             PID     STATUS\nartefacto-ami-x  7  RUNNING\nartefacto-ami    8812    RUNNING\n'
  assert.is(pidOf(tasks, 'artefacto-ami'), 8812)
  assert.is(pidOf(tasks.replaceAll('RUNNING', 'STOPPED'), 'artefacto-ami'), undefined)
  assert.is(pidOf('', 'artefacto-ami'), undefined)
})
pure.run()

/** A host and a service on it with an address each, both in network namespaces that end with their processes. */
async function openNetwork(): Promise<{ host: number; service: number; close(): void }> {
  const children: ChildProcess[] = []
  const holder = async (...enter: string[]) => {
    const [program = '', ...args] = [...enter, 'unshare', '--net', 'sh', '-c', 'echo; exec sleep 60']
    const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'inherit'] })
    children.push(child)
    await Promise.race([once(child.stdout as NodeJS.ReadableStream, 'data'), once(child, 'error').then(fail)])
    return child.pid as number
  }
  const host = await holder()
  const service = await holder('nsenter', `--net=/proc/${host}/ns/net`)
  await inside(host, `ip link add v0 type veth peer name v1 netns ${service}`)
  await inside(host, 'ip addr add 10.99.0.1/24 dev v0; ip link set v0 up; ip link set lo up')
  await inside(service, 'ip addr add 10.99.0.2/24 dev v1; ip link set v1 up; ip link set lo up')
  return { host, service, close: () => children.map((child) => child.kill('SIGKILL')) }
}
const fail = ([error]: Error[]) => Promise.reject(error)
const inside = (pid: number, script: string) =>
  run('nsenter', [`--net=/proc/${pid}/ns/net`, 'sh', '-ec', script], { timeout: 20_000 })

/** Whether a program with the first network reaches one with the second at that address. */
async function reaches(from: number, to: number, address: string): Promise<boolean> {
  const listen = `require('net').createServer(s => s.end('here')).listen(9000, () => console.log())`
  const connect = `require('net').connect({ host: '${address}', port: 9000, timeout: 1500 })
    .on('data', (d) => { console.log(String(d)); process.exit() })
    .on('timeout', () => process.exit(1)).on('error', () => process.exit(1))`
  const node = process.execPath
  const server = spawn('nsenter', [`--net=/proc/${to}/ns/net`, node, '-e', listen], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  await once(server.stdout, 'data')
  try {
    const { stdout } = await run('nsenter', [`--net=/proc/${from}/ns/net`, node, '-e', connect])
    return stdout.includes('here')
  } catch {
    return false
  } finally {
    server.kill('SIGKILL')
    await once(server, 'close')
  }
}

/** Files in place of those that hold the limits of this process: nothing of the machine is limited by a test. */
function openLimits(pid: number): { root: string; values(): string[] } {
  const root = mkdtempSync(join(folder, 'cgroup-'))
  const files = limitFiles(readFileSync(`/proc/${pid}/cgroup`, 'utf8'), root)
  for (const { path } of files) {
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, 'max\n')
  }
  return { root, values: () => files.map(({ path }) => readFileSync(path, 'utf8').trim()) }
}

/** `ctr` as it would tell of the service with that process. */
function withTask(pid: number): void {
  const bin = mkdtempSync(join(folder, 'bin-'))
  writeFileSync(join(bin, 'ctr'), `#!/bin/sh\nprintf 'TASK PID STATUS\\nartefacto-ami ${pid} RUNNING\\n'\n`)
  chmodSync(join(bin, 'ctr'), 0o755)
  process.env.PATH = [bin, '/usr/sbin', PATH].join(delimiter)
}

const able =
  process.getuid?.() === 0 &&
  ['nsenter', 'unshare', 'ip', 'iptables', 'ip6tables'].every((name) => whereIs(name) !== undefined)
const real = suite('confine')
real.after(() => {
  process.env.PATH = PATH
  rmSync(folder, { recursive: true })
})
const test = able ? real : real.skip
test('leaves a service its answers, and takes its network, memory and processes', async () => {
  const { host, service, close } = await openNetwork()
  const { root, values } = openLimits(service)
  withTask(service)
  try {
    assert.ok(await reaches(service, host, '10.99.0.1'), 'before')
    assert.equal(await confinementOf('artefacto-ami', root), {
      pid: service,
      loose: ['a network', 'memory', 'processes'],
    })
    await confine(service, root)
    assert.equal(await confinementOf('artefacto-ami', root), { pid: service, loose: [] })
    assert.not(await reaches(service, host, '10.99.0.1'), 'it begins no connection')
    assert.ok(await reaches(host, service, '10.99.0.2'), 'it answers')
    assert.ok(await reaches(service, service, '127.0.0.1'), 'it reaches the machine that it tests a disk in')
    assert.equal(values(), ['1073741824', '128'])
    await confine(service, root)
    const { stdout } = await inside(service, '/usr/sbin/iptables -S OUTPUT')
    assert.is(stdout.match(/artefacto/g)?.length, 1, 'once is enough')
  } finally {
    close()
  }
})
test('says why where the service cannot be looked at', async () => {
  const { root } = openLimits(process.pid)
  withTask(999_999_999)
  assert.match(JSON.stringify(await confinementOf('artefacto-ami', root)), /"how":".*ENOENT/)
  assert.is(await confinementOf('artefacto-front', root), undefined)
})
real.run()
