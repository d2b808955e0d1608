import { randomUUID } from 'node:crypto'

/** Files of all services that are remembered; the service that was built longest ago is forgotten first. */
const MOST = 100_000

/** What an engine is told of one service's files: the name of the folder that it keeps, and each file's time in s. */
export type Told = { key: string; times: ReadonlyMap<string, number> }

export type ToldTimes = ReturnType<typeof openToldTimes>

/**
 * The times of files as a checkout has them that is pulled again and again: what changes gets the time of its commit,
 * what does not keeps its own. An engine asks for a file whose time or size is another, and for no other, so one path
 * must never have one time with two contents: each build has a second of its own, a later one than the builds before
 * it. A process that starts remembers nothing, and nobody else knows the keys that it makes (docs/decisions/0018).
 */
export function openToldTimes() {
  const services = new Map<string, Told & { last: number }>()
  return {
    /**
     * Tells the files of a service, each by its content and path, at a commit of this time in ms. `service` names it
     * among those of all repositories.
     */
    tell(service: string, files: Iterable<string>, committed: number): Told {
      const {
        key,
        last,
        times: before,
      } = services.get(service) ?? { key: randomUUID(), last: 0, times: undefined }
      const now = Math.max(Math.floor(committed / 1000), last + 1)
      const times = new Map<string, number>()
      for (const file of files) times.set(file, before?.get(file) ?? now)
      // As the last that was built.
      services.delete(service)
      services.set(service, { key, last: now, times })
      let count = [...services.values()].reduce((sum, told) => sum + told.times.size, 0)
      for (const [oldest, told] of services) {
        if (count <= MOST) break
        services.delete(oldest)
        count -= told.times.size
      }
      return { key, times }
    },

    /**
     * After a build that did not end well. An engine that dies while it receives may have a file with its new time and
     * still know it by the old content: a folder is never offered twice after that.
     */
    forget: (service: string): void => void services.delete(service),
  }
}
