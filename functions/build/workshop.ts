import type { LimitFunction } from 'p-limit'
import type { Entry } from '../shared/images.ts'
import type { Ledger } from '../shared/ledger.ts'
import type { Registry } from '../shared/registry.ts'
import type { Secrets } from '../shared/secrets.ts'
import type { Cloud } from './aws/cloud.ts'
import type { Config } from './config.ts'
import type { DiskService } from './disk-service.ts'
import type { Engines } from './engines.ts'
import type { GitHub } from './github.ts'
import type { Access } from './github-access.ts'
import type { Grants } from './grants.ts'
import type { KeptSources } from './kept-source.ts'
import type { Metrics } from './metrics.ts'
import type { Room } from './room.ts'
import type { Sources } from './sources.ts'
import type { Statuses } from './tell-github.ts'
import type { Notices } from './tell-operator.ts'
import type { ToldTimes } from './told-times.ts'
import type { Works } from './works.ts'

/** All that the work needs, made once a process in handler.ts. */
export type Workshop = {
  config: Config
  secrets: Secrets
  access: Access
  github: GitHub
  /** What GitHub's tarballs leave out; of what a stranger wrote only what is public. */
  sources: Sources
  publicSources: Sources
  /** Of each repository's last merge. */
  keptSources: KeptSources
  engines: Engines
  toldTimes: ToldTimes
  /** What the operator lets the builds of a repository use. */
  grants(repository: string, entry: Entry): Promise<Grants>
  /** Makes the disks of type AMI. */
  disks: DiskService
  /** AWS, where the operator has given credentials and a region. */
  cloud(): Promise<Cloud | undefined>
  registry: Registry
  ledger: Ledger
  works: Works
  /** On the disks that a build needs. */
  room: Room
  /** What GitHub shows at a commit. */
  statuses: Statuses
  /** What the operator's receivers are told of a merge's end. */
  notices: Notices
  metrics: Metrics
  /** One merge is dated at a time. */
  dating: LimitFunction
  /** One publication at a time: the registry has no create-only PUT. */
  publishing: <T>(work: () => Promise<T>) => Promise<T>
  /** Tells badge that these services' truth has changed. Never fails: it is a hint. */
  tellBadge(services: string[]): Promise<void>
  /** ms since 1970, by a clock that somebody may set. */
  now(): number
  /** ms since some moment, by a clock that only goes on: for whatever has to wait. */
  uptime(): number
}
