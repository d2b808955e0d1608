import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'

/** A pod as it sees a cluster: its own address, and what lies behind its gateway. */
const POD = '10.1.0.2'
export const FAR = {
  'the API server': '10.96.0.1:443',
  'the kubelet of its node': '10.1.0.1:10250',
  'another pod': '10.1.0.77:80',
  'a service of the private network': '192.168.9.9:80',
  "the cloud's metadata": '169.254.169.254:80',
  'the registry': '10.96.0.20:443',
  'the internet': '203.0.113.80:80',
} as const

const SERVER = `const http = require('node:http')
const ports = process.argv.slice(1)
let waiting = ports.length
for (const port of ports)
  http.createServer((_, answer) => answer.end('here')).listen(port, () => --waiting || console.log('ready'))`

/** Lays a cable to a network namespace that has all of those addresses, and serves a page at each. */
export async function openCluster(): Promise<{ end(): void }> {
  const holder = spawn('unshare', ['--net', 'sh', '-c', 'echo ready; exec sleep 600'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  await once(holder.stdout, 'data')
  const inside = ['--target', String(holder.pid), '--net']
  const ip = (...args: string[]) => execFileSync('ip', args)
  const far = (...args: string[]) => execFileSync('nsenter', [...inside, 'ip', ...args])
  const hosts = new Set(Object.values(FAR).map((address) => address.split(':')[0] as string))
  ip('link', 'add', 'eth0', 'type', 'veth', 'peer', 'name', 'far', 'netns', String(holder.pid))
  ip('address', 'add', `${POD}/32`, 'dev', 'eth0')
  ip('link', 'set', 'eth0', 'up')
  far('link', 'set', 'lo', 'up')
  far('link', 'set', 'far', 'up')
  for (const host of hosts) far('address', 'add', `${host}/32`, 'dev', 'far')
  far('route', 'add', `${POD}/32`, 'dev', 'far')
  ip('route', 'add', '10.1.0.1/32', 'dev', 'eth0')
  ip('route', 'add', 'default', 'via', '10.1.0.1')
  const ports = new Set(Object.values(FAR).map((address) => address.split(':')[1] as string))
  const server = spawn('nsenter', [...inside, process.execPath, '-e', SERVER, ...ports], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  await once(server.stdout, 'data')
  return {
    end() {
      server.kill('SIGKILL')
      holder.kill('SIGKILL')
    },
  }
}
