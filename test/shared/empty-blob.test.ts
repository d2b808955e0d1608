import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { putArtifact } from '../../functions/shared/artifact.ts'
import { Failure, type FailureCode } from '../../functions/shared/failure.ts'
import type { Registry } from '../../functions/shared/registry.ts'
import { failureOf } from '../support/failure-of.ts'

const RECORD = { artifactType: 'x', annotations: {}, layers: [] }

/** A registry that refuses the manifests that it is told to, and notes what it is asked. */
function open(refusals: (FailureCode | undefined)[]) {
  const asked: string[] = []
  const registry = {
    putBlob: async () => asked.push('blob'),
    putManifest: async (_: string, tag: string) => {
      asked.push(tag)
      const code = refusals.shift()
      if (code) throw new Failure(code)
    },
  } as unknown as Registry
  return { asked, put: () => putArtifact(registry, 'merges/7', ['one'], RECORD) }
}

const blob = suite('empty blob')
blob('is put once for many records of a repository', async () => {
  const { asked, put } = open([])
  await put()
  await put()
  assert.equal(asked, ['blob', 'one', 'one'])
})
blob('is put again where it is gone since', async () => {
  const { asked, put } = open([undefined, 'registry_error'])
  await put()
  await put()
  assert.equal(asked, ['blob', 'one', 'one', 'blob', 'one'])
})
blob('is not the reason where the manifest is refused with it', async () => {
  const { asked, put } = open(['registry_error'])
  assert.is((await failureOf(put)).code, 'registry_error')
  assert.equal(asked, ['blob', 'one'])
})
blob('is not the reason where the registry does not answer', async () => {
  const { asked, put } = open([undefined, 'registry_down'])
  await put()
  assert.is((await failureOf(put)).code, 'registry_down')
  assert.equal(asked, ['blob', 'one', 'one'])
})
blob.run()
