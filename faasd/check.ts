import { readFileSync, rmSync } from 'node:fs'
import { Agent } from 'node:https'
import { join } from 'node:path'
import axios from 'axios'
import { readBranches } from '../functions/shared/branches.ts'
import { openRegistry } from '../functions/shared/registry.ts'
import { registryTransport } from '../functions/shared/registry-transport.ts'
import { secretsIn } from '../functions/shared/secrets.ts'
import { startLocalGitHub } from '../local/github/server.ts'
import { readIfThere } from '../registry/private-file.ts'
import type { Box } from './box.ts'
import { deployWith, warmUp } from './functions.ts'
import { settled } from './restart.ts'
import type { Settings } from './settings.ts'

const REPOSITORY = 'artefacto/check'
const SERVICE = 'artefacto-check'
const BUILD_SECONDS = 120

/**
 * Merges a test repository through all parts of the box: a GitHub on this machine delivers, the front proxy lets
 * through, the functions build, and the badge says so. The functions look at that GitHub meanwhile; it answers 503 for
 * every other repository, so that a real merge of these seconds waits and is not taken for one that does not exist.
 * Leaves the functions deployed for the test: `keepFunctions` follows.
 */
export async function checkMerge(box: Box, settings: Settings): Promise<string> {
  const folder = join(box.state, 'check')
  // A test that was cut off left its traces.
  await clean(box, folder)
  const secret = readFileSync(join(box.state, 'secrets/webhook-secret'), 'utf8').trim().split('\n')[0] ?? ''
  const webhook = { url: `${box.gateway}/function/webhook`, secret: () => secret }
  const github = await startLocalGitHub({ folder, host: box.bridge, webhook })
  try {
    // An empty list lets everybody in, and faas-cli refuses an empty value.
    const allowed = settings.repositories && { repositories: `${settings.repositories} ${REPOSITORY}` }
    await deployWith(box, 'webhook', { ...allowed })
    await deployWith(box, 'build', { ...allowed, github_api_url: github.url })
    await warmUp(box.gateway)
    await frontAnswers(settings)
    const version = `1.0.${Date.now()}`
    const started = performance.now()
    github.faults.add({ match: /^\w+ \/repos\/(?!artefacto\/check\b)/, status: 503, body: '{}' })
    const [branch] = readBranches({ branch: settings.branch })
    await github.create(REPOSITORY)
    await github.push(REPOSITORY, { branch, files: { 'README.md': '# A check\n' }, deliver: false })
    const images = [{ service_name: SERVICE, version, type: 'Docker' }]
    await github.merge(REPOSITORY, {
      base: branch,
      files: {
        'images.json': JSON.stringify(images),
        [`${SERVICE}/Dockerfile`]: 'FROM scratch\nCOPY version /\n',
        [`${SERVICE}/version`]: version,
      },
    })
    await settled(BUILD_SECONDS, () => badgeLacks(settings, version))
    const seconds = ((performance.now() - started) / 1000).toFixed(1)
    await clean(box, folder)
    return `A test merge became an image and a green badge in ${seconds} s`
  } finally {
    await github.close()
  }
}

async function badgeLacks(settings: Settings, version: string): Promise<string | undefined> {
  const { data } = await throughFront(settings, `/function/badge/${SERVICE}.json`)
  const message = (data as { message?: string }).message
  return message === version ? undefined : `the badge of the test merge says "${message}", not ${version}`
}

async function frontAnswers(settings: Settings): Promise<void> {
  const { status } = await throughFront(settings, '/system/functions')
  if (status !== 404)
    throw new Error(`the front proxy answers ${status} to /system/functions: it should hide it`)
}

function throughFront(settings: Settings, path: string) {
  const { tls, port } = settings.front
  // The certificate is for the public name, and this asks by loopback.
  const httpsAgent = new Agent({ rejectUnauthorized: false })
  const url = `http${tls ? 's' : ''}://127.0.0.1:${port}${path}`
  return axios.get<unknown>(url, { httpsAgent, proxy: false, timeout: 10_000, validateStatus: () => true })
}

/** Removes the test's own records and image: history begins with the operator's first merge. */
async function clean(box: Box, folder: string): Promise<void> {
  const registry = openRegistry(
    registryTransport(`https://${box.registry}`, secretsIn(join(box.state, 'secrets'))),
  )
  const text = readIfThere(join(folder, `${REPOSITORY}.json`))
  const merges = text === undefined ? [] : [`merges/${(JSON.parse(text) as { id: number }).id}`]
  for (const repository of [...merges, SERVICE, `builds/${SERVICE}`, `staging/${SERVICE}`])
    for (const tag of await registry.tags(repository)) {
      const digest = await registry.head(repository, tag)
      if (digest) await registry.deleteManifest(repository, digest)
    }
  rmSync(folder, { recursive: true, force: true })
}
