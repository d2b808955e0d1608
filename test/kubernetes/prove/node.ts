import { execFileSync } from 'node:child_process'
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Kubectl } from '../../../kubernetes/kubectl.ts'
import { NODE } from './control-plane.ts'
import { daemon, eventually } from './daemon.ts'

const SOCKET = '/run/containerd/containerd.sock'
const PODS = '10.244.0.0/16'
/** What stands in for the internet and for a cloud's metadata: addresses of the node, seen from a pod. */
export const INTERNET = '203.0.113.80'
export const METADATA = '169.254.169.254'

/** Lays this namespace's network; nothing of it leads outside. */
export function layNetwork(): void {
  const ip = (...args: string[]) => execFileSync('ip', args)
  ip('link', 'set', 'lo', 'up')
  ip('link', 'add', 'node0', 'type', 'veth', 'peer', 'name', 'nowhere')
  for (const address of [`${NODE}/24`, `${INTERNET}/32`, `${METADATA}/32`])
    ip('address', 'add', address, 'dev', 'node0')
  for (const end of ['node0', 'nowhere']) ip('link', 'set', end, 'up')
  ip('route', 'add', 'default', 'via', '192.168.77.254', 'dev', 'node0')
  writeFileSync('/proc/sys/net/ipv4/ip_forward', '1')
}

/** Mounts of this namespace alone, so that the defaults of all programs are folders of our own. */
export function layMounts(folder: string): void {
  const mount = (...args: string[]) => execFileSync('mount', args)
  mount('--make-rshared', '/')
  mount('-t', 'tmpfs', 'run', '/run')
  const resolv = join(folder, 'resolv.conf')
  writeFileSync(resolv, `nameserver ${NODE}\n`)
  mount('--bind', resolv, '/etc/resolv.conf')
}

/** Starts containerd, kubelet, kube-proxy and CoreDNS; resolves when the node is ready. */
export async function startNode(options: {
  programs: string
  folder: string
  images: string
  kubectl: Kubectl
}): Promise<void> {
  const { programs, folder, images, kubectl } = options
  const file = (name: string, text: string) => {
    const path = join(folder, name)
    writeFileSync(path, text)
    return path
  }
  daemon(folder, 'containerd', 'containerd', ['--config', file('containerd.toml', containerdConfig(folder))])
  const ctr = (...args: string[]) =>
    execFileSync('ctr', ['--namespace', 'k8s.io', ...args], { stdio: 'pipe' })
  await eventually('containerd', async () => ctr('version'))
  ctr('images', 'import', images)
  const kubeconfig = `--kubeconfig=${join(folder, 'kubeconfig')}`
  mkdirSync(join(folder, 'cni'), { recursive: true })
  file('cni/10-bridge.conflist', JSON.stringify(cniConfig(folder)))
  const start = (name: string, args: string[]) => daemon(folder, name, join(programs, name), args)
  const kubelet = file('kubelet.yaml', JSON.stringify(kubeletConfig(folder)))
  start('kubelet', [
    kubeconfig,
    `--config=${kubelet}`,
    `--root-dir=${join(folder, 'kubelet')}`,
    `--node-ip=${NODE}`,
    '--hostname-override=node',
  ])
  start('kube-proxy', [`--config=${file('kube-proxy.yaml', JSON.stringify(proxyConfig(folder)))}`])
  start('coredns', ['-conf', file('Corefile', corefile(folder))])
  await eventually('the node', () => kubectl(['wait', '--for=condition=Ready', 'node/node', '--timeout=5s']))
}

/** Volumes of this node, for the claims of the manifests. */
export async function offerVolumes(kubectl: Kubectl, folder: string, count: number): Promise<void> {
  const volumes = Array.from({ length: count }, (_, number) => {
    const path = join(folder, 'volumes', String(number))
    mkdirSync(path, { recursive: true })
    chmodSync(path, 0o777)
    return {
      apiVersion: 'v1',
      kind: 'PersistentVolume',
      metadata: { name: `volume-${number}` },
      spec: { capacity: { storage: '50Gi' }, accessModes: ['ReadWriteOnce'], hostPath: { path } },
    }
  })
  await kubectl(['apply', '--filename', '-'], {
    input: JSON.stringify({ apiVersion: 'v1', kind: 'List', items: volumes }),
  })
}

function containerdConfig(folder: string): string {
  // A machine without CAP_SYS_RESOURCE may not lower oom_score_adj, and no pod would start.
  return `version = 2
root = "${folder}/containerd"
state = "/run/containerd"
[grpc]
  address = "${SOCKET}"
[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "registry.k8s.io/pause:3.6"
  restrict_oom_score_adj = true
  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = "/usr/lib/cni"
    conf_dir = "${folder}/cni"
`
}

function cniConfig(folder: string) {
  const ipam = {
    type: 'host-local',
    ranges: [[{ subnet: PODS }]],
    routes: [{ dst: '0.0.0.0/0' }],
    dataDir: `${folder}/ipam`,
  }
  const bridge = { type: 'bridge', bridge: 'cni0', isGateway: true, ipMasq: true, hairpinMode: true, ipam }
  return {
    cniVersion: '0.4.0',
    name: 'pods',
    plugins: [bridge, { type: 'portmap', capabilities: { portMappings: true } }],
  }
}

function kubeletConfig(folder: string) {
  return {
    apiVersion: 'kubelet.config.k8s.io/v1beta1',
    kind: 'KubeletConfiguration',
    authentication: { anonymous: { enabled: true }, webhook: { enabled: false } },
    authorization: { mode: 'AlwaysAllow' },
    containerRuntimeEndpoint: `unix://${SOCKET}`,
    cgroupDriver: 'cgroupfs',
    clusterDNS: [NODE],
    clusterDomain: 'cluster.local',
    resolvConf: join(folder, 'resolv.conf'),
    failSwapOn: false,
    evictionHard: { 'memory.available': '50Mi' },
  }
}

function proxyConfig(folder: string) {
  return {
    apiVersion: 'kubeproxy.config.k8s.io/v1alpha1',
    kind: 'KubeProxyConfiguration',
    clientConnection: { kubeconfig: join(folder, 'kubeconfig') },
    clusterCIDR: PODS,
    hostnameOverride: 'node',
    // These are settings of the machine.
    conntrack: { maxPerCore: 0, min: 0, tcpEstablishedTimeout: '0s', tcpCloseWaitTimeout: '0s' },
  }
}

function corefile(folder: string): string {
  return `.:53 {
  bind ${NODE}
  errors
  kubernetes cluster.local {
    kubeconfig ${join(folder, 'kubeconfig')} prove
  }
}
`
}

/** What is left of pods in the control groups of the machine, which have no namespace here. */
export function removeControlGroups(): void {
  const folders = execFileSync('find', ['/sys/fs/cgroup', '-depth', '-type', 'd', '-path', '*/kubepods*'], {
    encoding: 'utf8',
  })
  for (const folder of folders.split('\n').filter(Boolean))
    try {
      execFileSync('rmdir', [folder], { stdio: 'ignore' })
    } catch {
      console.error(`${folder} is not empty: ${readFileSync(join(folder, 'cgroup.procs'), 'utf8')}`)
    }
}
