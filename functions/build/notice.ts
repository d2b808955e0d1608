import { createHash } from 'node:crypto'
import { isPublished } from '../shared/build-record.ts'
import type { MergedService, MergeRecord } from '../shared/merge-record.ts'
import type { Config } from './config.ts'

/** One message to the operator's receivers: the same id and the same bytes however often it is sent. */
export type Notice = { id: string; body: string }

type Names = Pick<Config, 'publicUrl' | 'registryPull'>

/**
 * What is told of a merge that has ended, as a CloudEvent in JSON.
 * https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/formats/json-format.md
 */
export function noticeOf(record: MergeRecord, names: Names): Notice {
  const { repositoryId, repository, branch, sha, pullRequest, code, reason, queued, finished } = record
  // Run again, a merge ends anew: that is another event, and a second telling of the same end is not.
  const id = `msg_${sha256(`${repositoryId}/${sha}/${finished}`).slice(0, 32)}`
  const data = {
    repository_id: repositoryId,
    repository,
    branch,
    commit: sha,
    pull_request: pullRequest,
    code,
    reason,
    queued,
    finished,
    services: record.services.map((service) => told(service, names)),
    page: `${names.publicUrl}/function/badge/`,
  }
  const body = JSON.stringify({
    specversion: '1.0',
    id,
    source: `${names.publicUrl}/function/build`,
    type: `artefacto.merge.${record.notice}`,
    subject: `${repository}@${sha}`,
    time: finished,
    datacontenttype: 'application/json',
    data,
  })
  return { id, body }
}

/** Its page has no key in it: who reads a channel is not known here. */
function told(service: MergedService, { publicUrl, registryPull }: Names) {
  const { name, version, type = 'Docker', state, build, digest, reason } = service
  const published = isPublished(service) && { image: `${registryPull}/${name}:${version}`, digest }
  const page = `${publicUrl}/function/badge/${name}/builds/${build}`
  return { service_name: name, version, type, state, ...published, reason, page }
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}
