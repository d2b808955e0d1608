import { Failure } from '../shared/failure.ts'
import { registryHost } from './base-registries.ts'
import type { Trace } from './trace.ts'
import * as words from './words/grants.ts'

/**
 * How the engine's trace names an image that is named by digest: of a FROM, of COPY --from and RUN --mount, of
 * `# syntax=`. What a step prints is no name of a step, and the name of a RUN begins with its stage.
 */
const BY_DIGEST =
  /^(?:\[[^\]]*\] load metadata for|FROM|resolve image config for) (?:docker-image:\/\/)?(([^/\s]+)\/\S*@\S+)/

/**
 * A repository that may not use a host's password could have its images from the engine's cache all the same, where
 * it names them by digest: the engine asks the registry about tags alone, even with `pull`, and what it has of a host
 * it has of all ports (https://github.com/moby/buildkit/blob/master/util/contentutil/source.go).
 */
export function refuseClosed({ vertices }: Trace, closed: readonly string[]): void {
  for (const { name } of vertices) {
    const [, image = '', host = ''] = BY_DIGEST.exec(name) ?? []
    const whose = closed.find((one) => withoutPort(one) === withoutPort(registryHost(host)))
    if (whose !== undefined) throw new Failure('base_refused', words.closedBase(image, whose))
  }
}

function withoutPort(host: string): string {
  return host.replace(/:\d+$/, '')
}
