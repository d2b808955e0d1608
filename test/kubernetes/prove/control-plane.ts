import { generateKeyPairSync } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Kubectl, kubectlAt } from '../../../kubernetes/kubectl.ts'
import { daemon, eventually } from './daemon.ts'

/** The addresses of this cluster of one node; none of them is outside of its network namespace. */
export const NODE = '192.168.77.1'
export const API = `https://${NODE}:6443`
const SERVICES = '10.96.0.0/16'
const TOKEN = 'everything'

/** Starts etcd, API server, controllers and scheduler. The token is everybody's: nobody else is in this network. */
export async function startControlPlane(programs: string, folder: string): Promise<Kubectl> {
  for (const part of ['etcd', 'certs']) mkdirSync(join(folder, part), { recursive: true })
  const start = (name: string, args: string[]) => daemon(folder, name, join(programs, name), args)
  const kubeconfig = writeKubeconfig(folder)
  const key = join(folder, 'service-accounts.key')
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  writeFileSync(key, privateKey.export({ type: 'pkcs1', format: 'pem' }))
  const tokens = join(folder, 'tokens.csv')
  writeFileSync(tokens, `${TOKEN},admin,admin,system:masters\n`)
  daemon(folder, 'etcd', 'etcd', ['--data-dir', join(folder, 'etcd'), '--unsafe-no-fsync'])
  start('kube-apiserver', [
    '--etcd-servers=http://127.0.0.1:2379',
    `--advertise-address=${NODE}`,
    '--kubelet-preferred-address-types=InternalIP',
    `--service-cluster-ip-range=${SERVICES}`,
    '--service-account-issuer=https://kubernetes.default.svc',
    `--service-account-key-file=${key}`,
    `--service-account-signing-key-file=${key}`,
    `--token-auth-file=${tokens}`,
    `--cert-dir=${join(folder, 'certs')}`,
    '--authorization-mode=RBAC',
    '--allow-privileged=true',
  ])
  process.env.KUBECONFIG = kubeconfig
  process.env.PATH = `${programs}:${process.env.PATH}`
  const kubectl = kubectlAt(undefined)
  await eventually('the API server', () => kubectl(['get', '--raw', '/readyz']))
  const as = [`--kubeconfig=${kubeconfig}`, '--leader-elect=false']
  start('kube-controller-manager', [...as, `--service-account-private-key-file=${key}`])
  start('kube-scheduler', as)
  await eventually('the default service account', () => kubectl(['get', 'serviceaccount', 'default']))
  return kubectl
}

function writeKubeconfig(folder: string): string {
  const path = join(folder, 'kubeconfig')
  const cluster = { server: API, 'insecure-skip-tls-verify': true }
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'prove', cluster }],
    users: [{ name: 'admin', user: { token: TOKEN } }],
    contexts: [{ name: 'prove', context: { cluster: 'prove', user: 'admin' } }],
    'current-context': 'prove',
  }
  writeFileSync(path, JSON.stringify(config))
  return path
}
