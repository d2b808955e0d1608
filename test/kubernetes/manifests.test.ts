import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Ajv } from 'ajv'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { SECRETS } from '../../faasd/secrets.ts'
import { documentsIn, kustomizations, type Manifest, manifestFiles, ROOT } from './manifest-files.ts'

const { definitions } = JSON.parse(readFileSync(join(import.meta.dirname, 'schema.json'), 'utf8')) as {
  definitions: Record<string, object>
}
const ajv = new Ajv({ strict: false, validateFormats: false }).addSchema({ $id: 'kubernetes', definitions })

/** What Kubernetes would not take of an object; undefined where it is well. */
function wrong(manifest: Manifest): string | undefined {
  const [version, group = 'core'] = manifest.apiVersion.split('/').reverse()
  const name = `io.k8s.api.${group.replace('.k8s.io', '')}.${version}.${manifest.kind}`
  const validate = ajv.getSchema(`kubernetes#/definitions/${name}`)
  if (validate === undefined) return `${name} is not in schema.json: add it to make-schema.ts`
  return validate(manifest) ? undefined : ajv.errorsText(validate.errors)
}

/** Whether a generator's entry, `[key=]path`, is a file of the folder or one that is made there. */
function isThere(folder: string, entry: string): boolean {
  const path = entry.replace(/^[^=]*=/, '')
  const made = /^kubernetes\/(?:credentials|overlays\/s3)$/.test(folder) && !path.endsWith('.yaml')
  return made || existsSync(join(ROOT, folder, path))
}

const manifests = suite('the manifests for Kubernetes')
for (const file of manifestFiles())
  manifests(`${file} is as Kubernetes describes it, without a key that it does not know`, () => {
    const objects = documentsIn(file) as Manifest[]
    assert.ok(objects.length > 0)
    for (const object of objects) assert.is(wrong(object), undefined, object.metadata.name)
  })
manifests('a key that Kubernetes does not know is found, and a value of another type', () => {
  const [service] = documentsIn('kubernetes/base/engine/engine.yaml') as [Manifest & { spec: object }]
  const changed = (spec: object) => wrong({ ...service, spec: { ...service.spec, ...spec } } as Manifest)
  assert.match(changed({ clusterIp: 'None' }) ?? '', /must NOT have additional properties/)
  assert.match(changed({ ports: [{ port: '2376' }] }) ?? '', /port must be integer/)
})
manifests('every file that a kustomization names is there', () => {
  for (const [folder, kustomization] of kustomizations()) {
    const { resources = [], configMapGenerator = [], secretGenerator = [], patches = [] } = kustomization
    const generated = [...configMapGenerator, ...secretGenerator].flatMap(({ files, envs }) => [
      ...(files ?? []),
      ...(envs ?? []),
    ])
    for (const entry of [...resources, ...generated, ...patches.flatMap(({ path }) => path ?? [])])
      assert.ok(isThere(folder, entry), `${folder}: ${entry}`)
  }
})
manifests(
  'the functions get every secret of stack.yml, each in a Secret with one key of its own name',
  () => {
    const [, credentials] = kustomizations().find(([folder]) => folder === 'kubernetes/credentials') ?? []
    const given = (credentials?.secretGenerator ?? []).filter(({ namespace }) => namespace === 'openfaas-fn')
    assert.equal(given.map(({ name }) => name).sort(), [...SECRETS].sort())
    for (const { name, files } of given) assert.equal(files, [`secrets/${name}`])
  },
)
manifests('nothing but dockerd is privileged, and no pod has a key to the API server', () => {
  const texts = manifestFiles().map((file) => readFileSync(join(ROOT, file), 'utf8'))
  assert.is(texts.join('').match(/privileged: true/g)?.length, 1)
  const pods = texts.join('').match(/^ *containers:$/gm)?.length
  assert.is(texts.join('').match(/automountServiceAccountToken: false/g)?.length, pods)
})
manifests.run()
