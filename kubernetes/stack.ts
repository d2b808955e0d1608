import { bundleHash, hashOf } from '../faasd/functions.ts'
import { FUNCTIONS, stackWith } from '../faasd/stack.ts'
import type { Settings } from './settings.ts'

/** stack.yml for this cluster, and what tells whether a function is deployed as it says, by name. */
export type ClusterStack = { text: string; revisions: Record<string, string> }

/** An image's tag is the hash of what is in it, so that the tag alone says whether it was built. */
export function clusterStack(text: string, gateway: string, { images, environment }: Settings): ClusterStack {
  const bundles = Object.fromEntries(FUNCTIONS.map((name) => [name, bundleHash(name)]))
  const written = (revisions: Record<string, string>) => {
    const document = stackWith(text, { gateway, environment, revisions })
    for (const name of FUNCTIONS)
      document.setIn(['functions', name, 'image'], `${images}/artefacto-${name}:${bundles[name]}`)
    document.commentBefore = ' Written by npm run kubernetes: run that again instead of changing this.'
    return document.toString({ lineWidth: 0 })
  }
  const rest = hashOf(written({}))
  const revisions = Object.fromEntries(FUNCTIONS.map((name) => [name, `${bundles[name]}-${rest}`]))
  return { text: written(revisions), revisions }
}
