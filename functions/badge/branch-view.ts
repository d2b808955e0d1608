import type { Reply } from '../shared/http.ts'
import type { Ledger } from '../shared/ledger.ts'
import type { Registry } from '../shared/registry.ts'
import type { Config } from './config.ts'
import { pageReadings } from './readings.ts'
import { recent } from './recent.ts'
import { see } from './see.ts'

/** Spares the registry; build's hint makes a change visible at once. */
const KEPT = { keepMs: 5_000, entries: 1_000 }

/** A page that is loaded without pause is drawn once a second: badges wait for the same core. */
const DRAWN = { keepMs: 1_000, entries: 100 }

type Parts = { config: Config; ledger: Ledger; registry: Registry }

/** What is shown of one branch, from what is kept of it for a moment. */
export function branchView({ config, ledger: whole, registry }: Parts, branch: string) {
  const ledger: Ledger = {
    ...whole,
    newest: (repositoryId) => whole.newest(repositoryId, branch),
    published: (service) => whole.published(service, branch),
  }
  const place = { branch, branches: config.branches }
  const looks = recent((service) => see({ ledger, registry }, service), KEPT)
  // Where there is but one, its history is that of all names that it had.
  const readings = pageReadings({ ledger, registry }, config.branches.length > 1 ? branch : undefined)
  const drawn = recent((name) => (name === '*' ? all() : page(name)), DRAWN)

  async function all(): Promise<Reply> {
    const { overviewPage } = await import('./overview-page.ts')
    return overviewPage(await readings.all(), { ...config, ...place }, Date.now())
  }

  async function page(service: string): Promise<Reply> {
    const { servicePage } = await import('./service-page.ts')
    const { sight, builds } = await readings.service(service)
    return servicePage(sight, builds, { ...config, ...place }, Date.now())
  }

  return {
    look: looks.get,
    /** The page of a service; of all services for `*`. */
    page: drawn.get,
    builds: readings.freshBuilds,
    forget(services: string[]): void {
      for (const service of services) {
        looks.forget(service)
        readings.forget(service)
        drawn.forget(service)
      }
      drawn.forget('*')
    },
  }
}
