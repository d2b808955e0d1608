import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { refuseClosed } from '../../functions/build/closed-base.ts'
import { failureOf } from '../support/failure-of.ts'

const DIGEST = `sha256:${'a'.repeat(64)}`
const CLOSED = ['registry.example:5000', 'docker.io']
const traced = (name: string) => ({
  vertices: [{ digest: 'sha256:b', name, cached: false, error: '' }],
  outputs: [],
})

const closed = suite("an image by digest of a host whose password is others'")
for (const name of [
  `[internal] load metadata for registry.example:5000/base@${DIGEST}`,
  `[linux/amd64 internal] load metadata for registry.example:5000/a/b:1@${DIGEST}`,
  `[internal] load metadata for docker.io/acme/private@${DIGEST}`,
  `[internal] load metadata for registry.example:1/base@${DIGEST}`,
  `[internal] load metadata for REGISTRY.example/base@${DIGEST}`,
  `[internal] load metadata for registry-1.docker.io/acme/private@${DIGEST}`,
  `FROM registry.example:5000/a/b@${DIGEST}`,
  `resolve image config for registry.example:5000/syntax@${DIGEST}`,
  `resolve image config for docker-image://registry.example:5000/syntax:1@${DIGEST}`,
])
  closed(`is refused: ${name.slice(0, 70)}`, async () => {
    const { code, message } = await failureOf(() => refuseClosed(traced(name), CLOSED))
    assert.is(code, 'base_refused')
    assert.match(
      message,
      /^\S+@sha256:a{64}: this repository may not use the password of \S+ \(base_registries\)/,
    )
  })
for (const name of [
  '[internal] load metadata for registry.example:5000/base:1',
  `[internal] load metadata for registry.example.org:5000/base@${DIGEST}`,
  `[internal] load metadata for ghcr.io/docker.io/base@${DIGEST}`,
  `[1/2] FROM registry.example:5000/base:1@${DIGEST}`,
  `[1/2] RUN echo [internal] load metadata for docker.io/x@${DIGEST}`,
])
  closed(`is not: ${name.slice(0, 70)}`, () => refuseClosed(traced(name), CLOSED))
closed('is none where nothing is closed', () =>
  refuseClosed(traced(`[internal] load metadata for docker.io/acme/private@${DIGEST}`), []),
)
closed.run()
