import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { noticeOf } from '../../functions/build/notice.ts'
import type { MergeRecord } from '../../functions/shared/merge-record.ts'

const DIGEST = `sha256:${'1'.repeat(64)}`
const NAMES = { publicUrl: 'https://ci.example', registryPull: 'registry.example:5443' }
const merge: MergeRecord = {
  repositoryId: 42,
  sha: 'a'.repeat(40),
  repository: 'acme/shop',
  branch: 'develop',
  pullRequest: 7,
  private: true,
  time: 1_795_373_480_000,
  state: 'failed',
  code: 'build_failed',
  reason: 'api: COPY missing',
  services: [
    { name: 'web', version: '1.4.3', state: 'unchanged', build: '17-a', digest: DIGEST },
    { name: 'api', version: '2.0.0', type: 'AMI', state: 'failed', build: '17-b', reason: 'COPY missing' },
  ],
  known: ['web', 'api'],
  attempt: 1,
  queued: '2026-11-22T18:00:00.000Z',
  finished: '2026-11-22T18:01:00.000Z',
  notice: 'failed',
}

const notice = suite('noticeOf')
notice('is a CloudEvent with all that a person asks first', () => {
  const { id, body } = noticeOf(merge, NAMES)
  assert.match(id, /^msg_[0-9a-f]{32}$/)
  assert.equal(JSON.parse(body), {
    specversion: '1.0',
    id,
    source: 'https://ci.example/function/build',
    type: 'artefacto.merge.failed',
    subject: `acme/shop@${merge.sha}`,
    time: '2026-11-22T18:01:00.000Z',
    datacontenttype: 'application/json',
    data: {
      repository_id: 42,
      repository: 'acme/shop',
      branch: 'develop',
      commit: merge.sha,
      pull_request: 7,
      code: 'build_failed',
      reason: 'api: COPY missing',
      queued: '2026-11-22T18:00:00.000Z',
      finished: '2026-11-22T18:01:00.000Z',
      services: [
        {
          service_name: 'web',
          version: '1.4.3',
          type: 'Docker',
          state: 'unchanged',
          image: 'registry.example:5443/web:1.4.3',
          digest: DIGEST,
          page: 'https://ci.example/function/badge/web/builds/17-a',
        },
        {
          service_name: 'api',
          version: '2.0.0',
          type: 'AMI',
          state: 'failed',
          reason: 'COPY missing',
          page: 'https://ci.example/function/badge/api/builds/17-b',
        },
      ],
      page: 'https://ci.example/function/badge/',
    },
  })
})
notice('is the same bytes however often it is made, and another event once the merge has run again', () => {
  assert.equal(noticeOf(merge, NAMES), noticeOf({ ...merge }, NAMES))
  const again = noticeOf({ ...merge, finished: '2026-11-22T19:00:00.000Z' }, NAMES)
  assert.is.not(again.id, noticeOf(merge, NAMES).id)
})
notice.run()
