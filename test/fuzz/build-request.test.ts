import fc from 'fast-check'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { type BuildRequest, parseBuildRequest } from '../../functions/shared/build-request.ts'
import { Failure } from '../../functions/shared/failure.ts'
import { bytesLike, jsonLike } from './hostile.ts'
import { trying } from './seed.ts'

const SHA = '1a2b3c4d5e6f708192a3b4c5d6e7f8091a2b3c4d'
const REPOSITORY = /^(?!\.{1,2}\/)[\w.-]{1,200}\/(?!\.{1,2}$)[\w.-]{1,200}$/
const SERVICE = /^[a-z0-9._-]{1,63}$/

const DOCUMENTS: object[] = [
  {
    repository_id: 7,
    repository: 'acme/shop',
    sha: SHA,
    pull_request: 12,
    delivered: '2026-11-22T18:00:00Z',
  },
  { repository_id: 7, repository: 'acme/shop', sha: SHA, again: true },
  { repository_id: 7, repository: 'acme/shop', sha: SHA, cancel: true },
  { service_name: 'web', version: '1.4.2', type: 'Docker', repository: 'acme/shop', ref: 'feature/x' },
  { service_name: 'web', version: '1.4.2', type: 'AMI', disk: 20 },
  { service_name: 'web', repository: 'acme/shop', take_over: true },
  { catch_up: true },
  { doctor: 'ab'.repeat(16) },
]

/** What gets past here goes into paths of GitHub's API, names of images and tags of records. */
function safe(asked: BuildRequest): void {
  if (asked.kind === 'merge') {
    assert.match(asked.merge.sha, /^[0-9a-f]{40}$/)
    assert.match(asked.merge.repository, REPOSITORY)
    assert.ok(Number.isInteger(asked.merge.repository_id) && asked.merge.repository_id > 0)
  }
  if (asked.kind === 'method') {
    const { service_name, version, repository, ref = 'x' } = asked.method
    assert.match(service_name, SERVICE)
    assert.match(version, /^[\w][\w.-]{0,127}$/)
    if (repository !== undefined) assert.match(repository, REPOSITORY)
    assert.not.match(ref, /[\s\0~^:?*[\\]/)
  }
  if (asked.kind === 'take_over') assert.match(asked.takeOver.repository, REPOSITORY)
}

const requests = suite('what a signed body asks of build')
requests('is one of four forms with safe names, or bad_request in one line', () => {
  const body = fc.constantFrom(...DOCUMENTS).chain((one) => fc.oneof(bytesLike(one), jsonLike(one)))
  let understood = 0
  const property = fc.property(body, (bytes) => {
    try {
      safe(parseBuildRequest(bytes))
      understood += 1
    } catch (thrown) {
      if (!(thrown instanceof Failure)) throw thrown
      assert.is(thrown.code, 'bad_request')
      assert.match(thrown.message, /^[^\p{Cc}\u202e\u2028]{1,2000}$/u)
    }
  })
  fc.assert(property, trying(2500))
  assert.ok(understood > 50, `${understood} were understood`)
})
requests.run()
