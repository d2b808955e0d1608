import { parseAllDocuments } from 'yaml'
import type { Kubectl } from './kubectl.ts'

/** An object of Kubernetes, in the fields that are looked at here. */
export type Manifest = {
  kind: string
  metadata: { name: string; namespace?: string }
  spec?: { replicas?: number }
}

/** Where everything but the functions and their secrets is. */
export const NAMESPACES = ['artefacto', 'artefacto-engine']
export const FUNCTION_NAMESPACE = 'openfaas-fn'

/** What an overlay comes to. */
export async function manifestsOf(kubectl: Kubectl, overlay: string): Promise<Manifest[]> {
  return parseAllDocuments(await kubectl(['kustomize', overlay])).map(
    (document) => document.toJS() as Manifest,
  )
}

/** `kind/name`, with the namespace where there is one. */
export function nameOf({ kind, metadata }: Manifest): string {
  return `${kind}/${metadata.name}${metadata.namespace === undefined ? '' : ` in ${metadata.namespace}`}`
}

/** Where build finds the engines: each replica of the StatefulSet has a name of its own. */
export function engineAddresses(manifests: Manifest[]): string[] {
  const engine = manifests.find(({ kind, metadata }) => kind === 'StatefulSet' && metadata.name === 'engine')
  const replicas = engine?.spec?.replicas ?? 1
  return Array.from(
    { length: replicas },
    (_, number) => `tcp://engine-${number}.engine.artefacto-engine.svc.cluster.local:2376`,
  )
}
