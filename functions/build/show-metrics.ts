import type { Reply } from '../shared/http.ts'
import type { MergeRecord, MergeState } from '../shared/merge-record.ts'
import { EXPOSITION_TYPE, exposition, type Metric, type Sample } from './exposition.ts'
import type { Workshop } from './workshop.ts'

/** The states of a merge that is not over. */
const OPEN = ['queued', 'building', 'publishing', 'error'] as const satisfies MergeState[]

const gauge = (name: string, help: string, value: number | Sample[]): Metric => ({
  name: `artefacto_${name}`,
  help,
  type: 'gauge',
  samples: typeof value === 'number' ? [{ value }] : value,
})

const counter = (name: string, help: string, value: number | Sample[]): Metric => ({
  ...gauge(`${name}_total`, help, value),
  type: 'counter',
})

const histogram = (name: string, help: string, samples: Sample[]): Metric => ({
  ...gauge(name, help, samples),
  type: 'histogram',
})

/** What Prometheus asks for. Labels are words of closed lists: no repository and no service is named. */
export function showMetrics(shop: Workshop): Reply {
  const metrics = [...ofMerges(shop), ...ofBuilds(shop), ...ofDisks(shop), ...ofOthers(shop), ...ofProcess()]
  return { status: 200, headers: { 'Content-Type': EXPOSITION_TYPE }, body: exposition(metrics) }
}

function ofMerges({ metrics, works, now }: Workshop): Metric[] {
  // Of a merge that this process works on, the ledger's record is older than its own.
  const known = (record: Pick<MergeRecord, 'repositoryId' | 'sha'>) => works.find(record) !== undefined
  const open = [...works.all(), ...[...metrics.unfinished.values()].filter((record) => !known(record))]
  const ages = open.map(({ queued }) => (now() - Date.parse(queued)) / 1000)
  const states = OPEN.map((state) => ({
    labels: { state },
    value: open.filter((record) => record.state === state).length,
  }))
  return [
    gauge(
      'oldest_unfinished_merge_age_seconds',
      'How long the oldest unfinished merge has been waiting or in work; 0 where there is none.',
      Math.max(0, ...ages),
    ),
    gauge('unfinished_merges', 'Merges that are not over, by state.', states),
    gauge('calls_running', 'Method calls that are not over.', works.calls()),
    counter('merges_ended', 'Merges that came to their end, by result.', metrics.merges.samples()),
    counter(
      'failures',
      'Failures that ended a merge, an attempt of it, or a call, by code.',
      metrics.failures.samples(),
    ),
  ]
}

function ofBuilds({ metrics, engines }: Workshop): Metric[] {
  const { slots } = engines
  return [
    counter(
      'services_ended',
      'Services of merges and of method calls, by result.',
      metrics.services.samples(),
    ),
    histogram(
      'build_duration_seconds',
      'Time that one service took from its slot to its place in staging, or to its failure.',
      metrics.builds.samples(),
    ),
    gauge('builds_running', 'Builds that have a slot.', slots.activeCount),
    gauge('builds_waiting', 'Builds that wait for a slot.', slots.pendingCount),
    gauge('build_slots', 'Builds that may run at once: max_builds on each engine in use.', slots.concurrency),
    gauge(
      'engines',
      'Docker Engines, by whether they get builds or are left out for a while.',
      Object.entries(engines.counts()).map(([state, value]) => ({ labels: { state }, value })),
    ),
    histogram(
      'publish_wait_seconds',
      'Time that a merge or method call waited for the lock of publishing.',
      metrics.locks.samples(),
    ),
  ]
}

function ofDisks({ metrics, room }: Workshop): Metric[] {
  const disks = Object.entries(room.disks())
  const each = (of: 'free' | 'total') =>
    disks.map(([disk, space]) => ({ labels: { disk }, value: space[of] }))
  return [
    gauge(
      'disk_free_bytes',
      'Room on a disk: of build, and what the timer tells of the others.',
      each('free'),
    ),
    gauge('disk_size_bytes', 'How large it is.', each('total')),
    counter('engine_cache_freed_bytes', "Taken out of the engine's build cache.", metrics.cache.freed),
  ]
}

function ofOthers({ metrics }: Workshop): Metric[] {
  const { catchUp, catchUpSeconds, delivery } = metrics.last
  const rate = metrics.rates.lowest()
  const seen = (value = Number.NaN) => (Number.isNaN(value) ? [] : [{ value }])
  return [
    gauge('catch_up_last_timestamp_seconds', 'When the last catch-up came to its end; 0: none yet.', catchUp),
    gauge('catch_up_last_duration_seconds', 'How long it took.', catchUpSeconds),
    counter(
      'catch_up_started',
      'Merges that were found by a catch-up: interrupted, or never told of.',
      metrics.started(),
    ),
    gauge('last_delivery_timestamp_seconds', 'When webhook last handed over a merge; 0: never.', delivery),
    counter(
      'queue_calls',
      "Calls that build put into the gateway's queue, by result.",
      metrics.queue.samples(),
    ),
    counter(
      'notices',
      "Tries to tell the operator's receivers of a merge, by result.",
      metrics.notices.samples(),
    ),
    gauge(
      'github_rate_limit_remaining',
      'Questions that GitHub still answers within the hour.',
      seen(rate?.remaining),
    ),
    gauge('github_rate_limit', 'Questions that GitHub answers an hour.', seen(rate?.limit)),
  ]
}

/** By the names that Prometheus's own client libraries use. */
function ofProcess(): Metric[] {
  const started = Date.now() / 1000 - process.uptime()
  const memory = process.memoryUsage.rss()
  const one = (name: string, help: string, value: number): Metric => ({
    name,
    help,
    type: 'gauge',
    samples: [{ value }],
  })
  return [
    one('process_start_time_seconds', 'When this process of build started.', started),
    one('process_resident_memory_bytes', 'Its resident memory.', memory),
  ]
}
