import { cpSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { keepCredentials } from '../../../kubernetes/credentials.ts'
import type { Kubectl } from '../../../kubernetes/kubectl.ts'
import { engineAddresses, manifestsOf } from '../../../kubernetes/manifests.ts'
import { REGISTRY, readSettings } from '../../../kubernetes/settings.ts'
import { NODE } from './control-plane.ts'

const ROOT = join(import.meta.dirname, '../../..')
export const GATEWAY_PORT = 8080

/** The manifests as they are, beside credentials of their own: those of the repository may be somebody's. */
export async function copyManifests(folder: string): Promise<{ overlay: string; credentials: string }> {
  const tree = join(folder, 'tree')
  const strangers = /\/kubernetes\/credentials\/[^.k]/
  for (const part of ['kubernetes', 'registry', 'faasd'])
    cpSync(join(ROOT, part), join(tree, part), { recursive: true, filter: (path) => !strangers.test(path) })
  const overlays = join(tree, 'kubernetes/overlays')
  const credentials = join(tree, 'kubernetes/credentials')
  await keepCredentials(credentials, REGISTRY)
  const overlay = join(overlays, 'example')
  writeFileSync(
    join(overlay, 'stack.env'),
    'images=registry.example/artefacto\nrepositories=acme/*\npages=private\n',
  )
  writeFileSync(join(overlays, 's3/s3.env'), '')
  // One small node has to have room for all engines.
  const engine = join(tree, 'kubernetes/base/engine/engine.yaml')
  writeFileSync(engine, readFileSync(engine, 'utf8').replace("cpu: '1'", 'cpu: 100m'))
  return { overlay, credentials }
}

/** What the cluster has of OpenFaaS here: its namespaces, and a Service `gateway` that leads to this process. */
export async function playOpenFaaS(kubectl: Kubectl): Promise<void> {
  const at = { name: 'gateway', namespace: 'openfaas' }
  const ports = [{ name: 'http', port: GATEWAY_PORT }]
  const items = [
    ...['openfaas', 'openfaas-fn'].map((name) => ({
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name },
    })),
    { apiVersion: 'v1', kind: 'Service', metadata: at, spec: { ports } },
    {
      apiVersion: 'discovery.k8s.io/v1',
      kind: 'EndpointSlice',
      metadata: { ...at, labels: { 'kubernetes.io/service-name': 'gateway' } },
      addressType: 'IPv4',
      ports,
      endpoints: [{ addresses: [NODE], conditions: { ready: true } }],
    },
  ]
  const input = JSON.stringify({ apiVersion: 'v1', kind: 'List', items })
  await kubectl(['apply', '--filename', '-'], { input })
}

/** What the API server says of every object of an overlay, without keeping one; gives how many there are. */
export async function dryRun(kubectl: Kubectl, overlay: string): Promise<number> {
  const manifests = await manifestsOf(kubectl, overlay)
  const namespaces = manifests.filter(({ kind }) => kind === 'Namespace')
  // It does not know the namespaces of its own list.
  await kubectl(['apply', '--server-side', '--filename', '-'], {
    input: JSON.stringify({ apiVersion: 'v1', kind: 'List', items: namespaces }),
  })
  const said = await kubectl(['apply', '--server-side', '--dry-run=server', '--kustomize', overlay])
  return said.trim().split('\n').length
}

/** What the functions are told of a cluster with this overlay. */
export async function environmentOf(
  kubectl: Kubectl,
  overlay: string,
  stackText: string,
): Promise<Record<string, string>> {
  return readSettings(overlay, stackText, engineAddresses(await manifestsOf(kubectl, overlay))).environment
}
