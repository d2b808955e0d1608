import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** Writes test/kubernetes/schema.json anew: `node --import tsx test/kubernetes/make-schema.ts`, which takes Go. */
const MODULE = 'k8s.io/kubernetes@v1.34.4'
const OUT = join(import.meta.dirname, 'schema.json')

/** What our manifests are made of, by the names in Kubernetes' own description. */
const KINDS = [
  'io.k8s.api.core.v1.Namespace',
  'io.k8s.api.core.v1.Service',
  'io.k8s.api.core.v1.PersistentVolumeClaim',
  'io.k8s.api.apps.v1.Deployment',
  'io.k8s.api.apps.v1.StatefulSet',
  'io.k8s.api.batch.v1.CronJob',
  'io.k8s.api.policy.v1.PodDisruptionBudget',
  'io.k8s.api.networking.v1.NetworkPolicy',
]

type Schema = { [key: string]: unknown }

const { Dir } = JSON.parse(
  execFileSync('go', ['mod', 'download', '-json', MODULE], { encoding: 'utf8', cwd: '/' }),
)
const { definitions } = JSON.parse(readFileSync(join(Dir, 'api/openapi-spec/swagger.json'), 'utf8')) as {
  definitions: Record<string, Schema>
}

/** Without words for people, and with no key that is not named. */
function strict(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(strict)
  if (typeof value !== 'object' || value === null) return value
  const kept = Object.entries(value).filter(
    ([key, held]) => !key.startsWith('x-') && !(key === 'description' && typeof held === 'string'),
  )
  const schema = Object.fromEntries(kept.map(([key, held]) => [key, strict(held)]))
  if (schema.format === 'int-or-string') return { type: ['string', 'integer'] }
  const isObject = typeof schema.properties === 'object' && schema.type === 'object'
  return isObject ? { ...schema, additionalProperties: false } : schema
}

const used: Record<string, unknown> = {}
const open = [...KINDS]
for (let name = open.pop(); name !== undefined; name = open.pop()) {
  if (used[name] !== undefined) continue
  used[name] = strict(definitions[name])
  const text = JSON.stringify(used[name])
  open.push(...[...text.matchAll(/"#\/definitions\/([^"]+)"/g)].map(([, found = '']) => found))
}
const sorted = Object.fromEntries(Object.entries(used).sort(([a], [b]) => (a < b ? -1 : 1)))
writeFileSync(OUT, `${JSON.stringify({ source: MODULE, definitions: sorted })}\n`)
console.log(`${OUT}: ${Object.keys(sorted).length} definitions of ${MODULE}`)
