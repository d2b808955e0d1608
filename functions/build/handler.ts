import pLimit from 'p-limit'
import { openLedger } from '../shared/ledger.ts'
import { log } from '../shared/log.ts'
import { openfaas } from '../shared/openfaas.ts'
import { openRegistry } from '../shared/registry.ts'
import { registryTransport } from '../shared/registry-transport.ts'
import { allowed } from '../shared/repositories.ts'
import { secretsIn } from '../shared/secrets.ts'
import { openCloud } from './aws/cloud.ts'
import { catchUp } from './catch-up.ts'
import { readConfig } from './config.ts'
import { openDiskService } from './disk-service.ts'
import { openEngine } from './engine.ts'
import { engineClient } from './engine-client.ts'
import { openEngines } from './engines.ts'
import { openGitHub } from './github.ts'
import { openAccess } from './github-access.ts'
import { watched } from './github-rate.ts'
import { githubPoster, githubTransport } from './github-transport.ts'
import { openGrants } from './grants.ts'
import { openKeptSources } from './kept-source.ts'
import { openLfs } from './lfs.ts'
import { openMetrics } from './metrics.ts'
import { observed } from './observed.ts'
import { receiver } from './receive.ts'
import { openRoom } from './room.ts'
import { sweepSources } from './source.ts'
import { sourcesAtGitHub } from './sources.ts'
import { badgeTeller } from './tell-badge.ts'
import { openStatuses } from './tell-github.ts'
import { openNotices } from './tell-operator.ts'
import { openToldTimes } from './told-times.ts'
import { openWorks } from './works.ts'
import type { Workshop } from './workshop.ts'

let shop: Workshop | undefined
let receive: ReturnType<typeof receiver> | undefined

/** The process's workshop, made at first use: loading this file does nothing, which the image's own test relies on. */
function workshop(): Workshop {
  if (shop) return shop
  const config = readConfig(process.env)
  const secrets = secretsIn(config.secretFolder)
  const registry = openRegistry(registryTransport(config.registryUrl, secrets))
  const metrics = openMetrics()
  const lock = pLimit(1)
  const ledger = openLedger(registry, config.branches)
  const uptime = () => performance.now()
  const { githubUrl, publicUrl } = config
  const access = openAccess(config, secrets, { now: Date.now, uptime })
  const github = openGitHub(watched(githubTransport(access), metrics.rates.note))
  const lfs = openLfs(config, access)
  const works = openWorks()
  const { dockerHosts, maxBuilds } = config
  const engineAt = (host: string) => ({ host, engine: openEngine(() => engineClient(host, secrets)) })
  const engines = openEngines(dockerHosts.map(engineAt), { works, maxBuilds, uptime })
  shop = {
    config,
    secrets,
    access,
    github,
    sources: sourcesAtGitHub(githubUrl, (name) => allowed(config.repositories, name), github, lfs),
    publicSources: sourcesAtGitHub(githubUrl, () => false, github, lfs),
    keptSources: openKeptSources(),
    engines,
    toldTimes: openToldTimes(),
    grants: openGrants(config, secrets),
    disks: openDiskService(config.amiHost, secrets),
    cloud: openCloud(config.awsRegion, secrets),
    registry,
    ledger,
    statuses: openStatuses({ post: githubPoster(access), access, secrets, ledger, publicUrl, uptime }),
    notices: openNotices({ config, secrets, ledger, count: metrics.notices.add, now: Date.now, uptime }),
    works,
    room: openRoom(uptime),
    metrics,
    dating: pLimit(1),
    publishing: (work) => metrics.timed(lock, uptime, work),
    tellBadge: badgeTeller(config.gatewayUrl, secrets, metrics.queue.add),
    now: Date.now,
    uptime,
  }
  return shop
}

export default openfaas(async (request) => {
  receive ??= observed(workshop(), receiver(workshop()))
  return receive(request)
})

/** What a process before this one left undone, and what was merged meanwhile, is taken up at once. */
async function wake(): Promise<void> {
  await sweepSources()
  const started = await catchUp(workshop())
  if (started.length > 0) log('taken_up', { started })
}

// Not a reason to stay alive: where the file is only loaded, as by the image's test, nothing happens.
setTimeout(() => wake().catch((error: unknown) => log('take_up_failed', { error })), 500).unref()
