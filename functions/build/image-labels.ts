import type { Entry } from '../shared/images.ts'
import type { Job } from './job.ts'

/** What image and disk say of where they come from: https://github.com/opencontainers/image-spec/blob/main/annotations.md */
export function imageLabels(githubUrl: string, job: Job, entry: Entry): Record<string, string> {
  return {
    'org.opencontainers.image.source': `${githubUrl}/${job.repository}`,
    'org.opencontainers.image.revision': job.sha,
    'org.opencontainers.image.version': entry.version,
    'org.opencontainers.image.created': new Date(job.committed).toISOString(),
    'org.opencontainers.image.title': entry.service_name,
    // Another digest than that of an attempt whose manifest the registry may have kept half of.
    ...(job.attempt > 1 && { 'artefacto.attempt': String(job.attempt) }),
  }
}
