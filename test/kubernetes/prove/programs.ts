import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { whereIs } from '../../../local/debian.ts'

const VERSION = '1.34.4'
const COREDNS = 'github.com/coredns/coredns@v1.12.4'
const PROGRAMS = [
  'kube-apiserver',
  'kube-controller-manager',
  'kube-scheduler',
  'kubelet',
  'kube-proxy',
  'kubectl',
]
/** Debian's: apt-get install etcd-server containerd runc containernetworking-plugins … */
const DEBIAN = {
  etcd: 'etcd-server',
  containerd: 'containerd',
  runc: 'runc',
  iptables: 'iptables',
  conntrack: 'conntrack',
  mmdebstrap: 'mmdebstrap',
  unshare: 'util-linux',
  go: 'golang, 1.24 or newer',
}

/** Makes Kubernetes and CoreDNS of their Go modules, once; they are kept in `folder`. What Debian has must be there. */
export function keepPrograms(folder: string, say: (line: string) => void): void {
  const missing = Object.entries(DEBIAN).filter(([program]) => whereIs(program) === undefined)
  if (!existsSync('/usr/lib/cni/bridge')) missing.push(['bridge', 'containernetworking-plugins'])
  if (missing.length > 0)
    throw new Error(`missing: ${missing.map(([program, found]) => `${program} (${found})`).join(', ')}`)
  const source = join(folder, 'source')
  for (const program of PROGRAMS) {
    const out = join(folder, program)
    if (existsSync(out)) continue
    keepSource(source)
    say(`building ${program} ${VERSION}, which takes minutes`)
    go(['build', '-mod=mod', '-ldflags', stamp(), '-o', out, `k8s.io/kubernetes/cmd/${program}`], source)
  }
  if (existsSync(join(folder, 'coredns'))) return
  say('building CoreDNS')
  go(['install', COREDNS], folder, { GOBIN: folder })
}

/** A module of its own: Kubernetes' has its staging modules as folders, which the proxy does not serve. */
function keepSource(source: string): void {
  if (existsSync(join(source, 'go.sum'))) return
  mkdirSync(source, { recursive: true })
  const answer = go(['mod', 'download', '-json', `k8s.io/kubernetes@v${VERSION}`], '/')
  const { GoMod } = JSON.parse(answer) as { GoMod: string }
  const staging = [...readFileSync(GoMod, 'utf8').matchAll(/^\t(k8s\.io\/\S+) v0\.0\.0(?:-0+-0+)?$/gm)]
  const replaced = [...new Set(staging.map(([, name]) => name))]
  const lines = replaced.map((name) => `replace ${name} => ${name} v0.${VERSION.slice(2)}`)
  const needs = [`require k8s.io/kubernetes v${VERSION}`, ...lines]
  writeFileSync(join(source, 'go.mod'), ['module prove', 'go 1.24.0', ...needs, ''].join('\n'))
  const imports = PROGRAMS.map((program) => `import _ "k8s.io/kubernetes/cmd/${program}"`)
  writeFileSync(join(source, 'tools.go'), ['//go:build tools', 'package tools', ...imports, ''].join('\n'))
  go(['mod', 'tidy'], source)
}

function stamp(): string {
  const at = 'k8s.io/component-base/version'
  const [major, minor] = VERSION.split('.')
  const values = { gitVersion: `v${VERSION}`, gitMajor: major, gitMinor: minor }
  return ['-s', '-w', ...Object.entries(values).map(([name, value]) => `-X ${at}.${name}=${value}`)].join(' ')
}

function go(args: string[], cwd: string, env: NodeJS.ProcessEnv = {}): string {
  const all = { ...process.env, CGO_ENABLED: '0', GOMAXPROCS: '2', ...env }
  const limits = {
    maxBuffer: 64 * 1024 * 1024,
    stdio: ['ignore', 'pipe', 'inherit'] as ['ignore', 'pipe', 'inherit'],
  }
  return execFileSync('nice', ['-n', '15', 'go', ...args], { cwd, env: all, encoding: 'utf8', ...limits })
}
