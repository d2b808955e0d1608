import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { deployedRevisions, oldFunctions } from '../../kubernetes/functions.ts'
import type { Kubectl } from '../../kubernetes/kubectl.ts'
import type { Manifest } from '../../kubernetes/manifests.ts'
import { differences, dropOldObjects, removeObjects } from '../../kubernetes/objects.ts'

const of = (kind: string, name: string, namespace: string): Manifest => ({
  kind,
  metadata: { name, namespace },
})
const MANIFESTS: Manifest[] = [
  { kind: 'Namespace', metadata: { name: 'artefacto' } },
  of('PersistentVolumeClaim', 'registry', 'artefacto'),
  of('Deployment', 'registry', 'artefacto'),
  of('Secret', 'registry-tls-new', 'artefacto'),
  of('Secret', 'build-secrets', 'openfaas-fn'),
]

/** A kubectl that answers by the words that a call begins with, and what was asked of it. */
function playing(answers: Record<string, string>): { kubectl: Kubectl; asked: string[] } {
  const asked: string[] = []
  const kubectl: Kubectl = async (args, { input = '' } = {}) => {
    const words = args.join(' ')
    asked.push(`${words}${input && ` < ${input}`}`)
    return Object.entries(answers).find(([begin]) => words.startsWith(begin))?.[1] ?? ''
  }
  return { kubectl, asked }
}

const objects = suite('the objects of a cluster')
objects('that an overlay no longer names are removed, and no others', async () => {
  const { kubectl, asked } = playing({
    '--namespace artefacto get': 'secret/registry-tls-old\nsecret/registry-tls-new\n',
    '--namespace openfaas-fn get': 'secret/build-secrets\n',
  })
  assert.equal(await dropOldObjects(kubectl, MANIFESTS), ['Removed secret/registry-tls-old'])
  const deleted = asked.filter((words) => words.includes(' delete '))
  assert.equal(deleted, ['--namespace artefacto delete secret/registry-tls-old'])
  assert.ok(asked.every((words) => words.includes(' delete ') || /part-of=artefacto/.test(words)))
})
objects('are all taken back but the namespaces and the volume with images and history', async () => {
  const { kubectl, asked } = playing({})
  await removeObjects(kubectl, MANIFESTS)
  const [deleted = ''] = asked
  assert.match(deleted, /^delete --ignore-not-found --filename - </)
  const { items } = JSON.parse(deleted.slice(deleted.indexOf('<') + 1)) as { items: Manifest[] }
  assert.equal(
    items.map(({ metadata }) => metadata.name),
    ['registry', 'registry-tls-new', 'build-secrets'],
  )
  assert.ok(items.every(({ kind }) => kind === 'Deployment' || kind === 'Secret'))
})
objects('are named where there is nothing yet to compare with', async () => {
  const { kubectl, asked } = playing({})
  assert.equal(await differences(kubectl, 'ours', ['Deployment/registry in artefacto']), [
    'New: Deployment/registry in artefacto',
  ])
  assert.ok(asked.every((words) => words.startsWith('get ')))
})
objects('are compared by the API server, and what differs is said', async () => {
  const { kubectl } = playing({
    'get namespace': 'namespace/artefacto\nnamespace/artefacto-engine\n',
    diff: 'diff -u a b\n--- a\n+++ b\n@@ -1 +1 @@\n metadata:\n-  replicas: 1\n+  replicas: 2\n',
  })
  assert.equal((await differences(kubectl, 'ours', [])).slice(-2), ['-  replicas: 1', '+  replicas: 2'])
})
objects.run()

const functions = suite('the functions of a cluster')
functions(
  'are old where their revision is another one, or where somebody else deployed that name',
  async () => {
    const deployment = (name: string, annotations?: object) => ({ metadata: { name, annotations } })
    const items = [
      deployment('webhook', { 'artefacto.revision': 'a-1' }),
      deployment('build', { 'artefacto.revision': 'b-0' }),
      deployment('badge'),
    ]
    const { kubectl } = playing({ '--namespace openfaas-fn get': JSON.stringify({ items }) })
    const deployed = await deployedRevisions(kubectl)
    const revisions = { webhook: 'a-1', build: 'b-1', badge: 'c-1' }
    assert.equal(oldFunctions(deployed, { text: '', revisions }), ['build', 'badge'])
  },
)
functions.run()
