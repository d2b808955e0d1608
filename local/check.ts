import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { type Foresight, foreseen, isGood } from '../functions/build/foresight.ts'
import { contextOf, parseImages } from '../functions/shared/images.ts'
import { oneLine } from '../functions/shared/printable.ts'
import { openRegistry, type Registry } from '../functions/shared/registry.ts'
import { registryTransport } from '../functions/shared/registry-transport.ts'
import { secretsIn } from '../functions/shared/secrets.ts'
import { CHECK_USAGE, type CheckOptions, readCheckOptions } from './check-options.ts'
import { type Committed, fileAt, findCommit, originOf, uncommitted } from './committed.ts'
import { foreseeCommit } from './foreseen.ts'
import { localName } from './options.ts'

/** Where `npm start` has its registry unless it is told otherwise. */
const LOCAL_REGISTRY = 'https://127.0.0.1:5000'

async function main(): Promise<void> {
  const options = readCheckOptions(process.argv.slice(2), process.cwd())
  if (options.help) return console.log(CHECK_USAGE)
  process.exitCode = (await check(options)) ? 0 : 1
}

async function check(options: CheckOptions): Promise<boolean> {
  const commit = await findCommit(options.path, options.ref)
  const images = await fileAt(commit, 'images.json')
  const registry = await registryOf(options)
  const names = [options.repository ?? (await originOf(commit)), localName(options.path)].filter(
    (name) => name !== undefined,
  )
  const foresight: Foresight =
    images === undefined
      ? { problem: 'there is no images.json at the root of the repository' }
      : await foreseeCommit(commit, images, registry, names)
  const left = options.ref === 'HEAD' ? await uncommitted(commit, checkedPaths(images)) : 0
  const report = { commit: commit.sha, compared: registry !== undefined, uncommitted: left }
  console.log(
    options.json
      ? JSON.stringify(asDocument(report, foresight), null, 2)
      : asLines(options, report, foresight),
  )
  return isGood(foresight)
}

/** The registry that was named, which must answer, or that of `npm start`, if it runs. */
async function registryOf({ registry: url, secrets }: CheckOptions): Promise<Registry | undefined> {
  if (url === undefined && !existsSync(join(secrets, 'registry-password'))) return undefined
  const registry = openRegistry(registryTransport(url ?? LOCAL_REGISTRY, secretsIn(secrets)))
  try {
    await registry.ping()
    return registry
  } catch (error) {
    if (url === undefined) return undefined
    throw new Error(`${url}: ${(error as Error).message}`)
  }
}

function checkedPaths(images: Buffer | undefined): string[] {
  try {
    return ['images.json', ...parseImages(images ?? Buffer.alloc(0)).map((entry) => contextOf(entry) || '.')]
  } catch {
    return ['images.json']
  }
}

type Report = { commit: Committed['sha']; compared: boolean; uncommitted: number }

function asDocument(report: Report, foresight: Foresight): object {
  if ('problem' in foresight) return { ...report, good: false, problem: foresight.problem, services: [] }
  const services = foresight.plans.map((plan) => ({
    service: plan.entry.service_name,
    version: plan.entry.version,
    verdict: plan.verdict,
    sentence: foreseen(plan),
  }))
  return { ...report, good: isGood(foresight), services }
}

function asLines({ path, ref }: CheckOptions, report: Report, foresight: Foresight): string {
  const { commit, compared, uncommitted: left } = report
  const found = 'problem' in foresight ? [foresight.problem] : foresight.plans.map(foreseen)
  const changes = left === 1 ? '1 uncommitted change is' : `${left} uncommitted changes are`
  return [
    `${path} at ${commit.slice(0, 7)} (${ref})`,
    ...found.map((line) => `  ${line}`),
    ...(left > 0 ? [`${changes} not looked at: commit first`] : []),
    ...(compared
      ? []
      : ['versions and names were not compared: no registry answers (--registry, --secrets)']),
  ]
    .map(oneLine)
    .join('\n')
}

await main().catch((error: unknown) => {
  console.error((error as Error).message)
  process.exitCode = 1
})
