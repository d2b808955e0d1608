import { randomBytes } from 'node:crypto'
import type { Files } from '../../local/github/server.ts'

/** What tells this process's services and repositories from those of any other that used the same registry. */
export const RUN = randomBytes(4).toString('hex')

/** The name of a service or a repository that nobody had before this run. */
export const name = (word: string) => `${word}-${RUN}`

/** The repository that every world begins with. */
export const REPOSITORY = `acme/${name('shop')}`

/** A service that is one file in an empty image: no base image, so it builds in moments. */
export function service(name: string, content: string): Files {
  return { [`${name}/Dockerfile`]: 'FROM scratch\nCOPY content /\n', [`${name}/content`]: content }
}

/** images.json for services of type Docker, by name and version. */
export function images(versions: Record<string, string>): Files {
  const entries = Object.entries(versions).map(([service_name, version]) => ({
    service_name,
    version,
    type: 'Docker',
  }))
  return { 'images.json': `${JSON.stringify(entries, null, 2)}\n` }
}
