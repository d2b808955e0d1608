import type { Kubectl } from './kubectl.ts'
import { FUNCTION_NAMESPACE, type Manifest, NAMESPACES } from './manifests.ts'

const PART_OF_US = ['--selector', 'app.kubernetes.io/part-of=artefacto']

/** Applies an overlay, and waits until what it changed runs. */
export async function keepObjects(kubectl: Kubectl, overlay: string): Promise<void> {
  // Server-side: the other way leaves a copy of each Secret in an annotation.
  const apply = ['apply', '--server-side', '--force-conflicts', '--field-manager=artefacto']
  await kubectl([...apply, '--kustomize', overlay])
  for (const [namespace, what] of [
    ['artefacto', 'deployment/registry'],
    ['artefacto-engine', 'statefulset/engine'],
    ['artefacto', 'deployment/front'],
  ] as const)
    await rolledOut(kubectl, namespace, what)
}

/** Waits until what was changed runs, as `deployment/build`. */
export async function rolledOut(kubectl: Kubectl, namespace: string, what: string): Promise<void> {
  await kubectl(['--namespace', namespace, 'rollout', 'status', what, '--timeout=300s'])
}

/** Removes ConfigMaps and Secrets of ours that the overlay no longer names: their names end in a hash. */
export async function dropOldObjects(kubectl: Kubectl, manifests: Manifest[]): Promise<string[]> {
  const done: string[] = []
  for (const namespace of [...NAMESPACES, FUNCTION_NAMESPACE]) {
    const wanted = manifests
      .filter(({ metadata }) => metadata.namespace === namespace)
      .map(({ kind, metadata }) => `${kind.toLowerCase()}/${metadata.name}`)
    const of = ['--namespace', namespace]
    const there = await kubectl([...of, 'get', 'configmap,secret', ...PART_OF_US, '--output', 'name'])
    const old = there.split('\n').filter((name) => name !== '' && !wanted.includes(name))
    if (old.length > 0) await kubectl([...of, 'delete', ...old])
    done.push(...old.map((name) => `Removed ${name}`))
  }
  return done
}

/** Removes all objects but namespaces and the registry's volume, which has images and history. */
export async function removeObjects(kubectl: Kubectl, manifests: Manifest[]): Promise<string[]> {
  const going = manifests.filter(({ kind }) => !['Namespace', 'PersistentVolumeClaim'].includes(kind))
  const input = JSON.stringify({ apiVersion: 'v1', kind: 'List', items: going })
  await kubectl(['delete', '--ignore-not-found', '--filename', '-'], { input })
  return [`Removed ${going.length} objects`, ...(await dropOldObjects(kubectl, []))]
}

/** What an installation would change in the cluster, line by line. */
export async function differences(kubectl: Kubectl, overlay: string, names: string[]): Promise<string[]> {
  const wanted = [...NAMESPACES, '--ignore-not-found', '--output', 'name']
  const there = (await kubectl(['get', 'namespace', ...wanted])).split('\n').filter(Boolean)
  // The API server compares nothing in a namespace that is not there yet.
  if (there.length < NAMESPACES.length) return names.map((name) => `New: ${name}`)
  const text = await kubectl(['diff', '--server-side', '--force-conflicts', '--kustomize', overlay], {
    fine: [1],
  })
  return text.split('\n').filter((line) => /^[-+]/.test(line))
}
