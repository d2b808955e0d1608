import { execFile } from 'node:child_process'
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { checkTarget } from '../support/check-target.ts'
import { freePort } from '../support/free-port.ts'
import { type Journey, openJourney } from '../support/journey.ts'
import { readTarget, type Target } from '../support/target.ts'

const options = suite('npm run journey: its options')
const GIVEN = ['--gateway', 'http://10.62.0.1:8080/', '--secrets', 's', '--github', '10.62.0.1:3999']

options('are an address, a folder and a place to listen; what follows are words', () => {
  assert.equal(readTarget([...GIVEN, 'method', 'live'], '/here'), {
    target: {
      gateway: 'http://10.62.0.1:8080',
      registry: 'https://127.0.0.1:5000',
      secrets: '/here/s',
      github: { host: '10.62.0.1', port: 3999 },
    },
    words: ['method', 'live'],
  })
})
for (const [what, args, sentence] of [
  ['nothing', [], /^--gateway is missing\n\nnpm run journey -- --gateway URL/],
  ['no secrets', GIVEN.slice(0, 2), /^--secrets is missing/],
  [
    'a gateway that is no address',
    ['--gateway', '10.62.0.1:8080'],
    /^--gateway 10.62.0.1:8080: write an address/,
  ],
  ['a GitHub without a port', [...GIVEN, '--github', '10.62.0.1'], /^--github 10.62.0.1: write HOST:PORT/],
  [
    'a port that is none',
    [...GIVEN, '--github', '10.62.0.1:99999'],
    /^--github 10.62.0.1:99999: write HOST:PORT/,
  ],
  ['an option that is unknown', [...GIVEN, '--fast'], /--fast/],
] as const)
  options(`refuse ${what}`, () => {
    assert.throws(
      () => readTarget([...args], '/here'),
      (error: Error) => sentence.test(error.message),
    )
  })
options.run()

const anywhere = suite('npm run journey')
let world: Journey
let target: Target
let folder: string
anywhere.before(async () => {
  const port = await freePort()
  world = await openJourney(() => ({
    build: { github_api_url: `http://127.0.0.1:${port}` },
    badge: { pages: 'private' },
  }))
  folder = mkdtempSync(join(tmpdir(), 'artefacto-secrets-'))
  cpSync(world.state.secrets, folder, { recursive: true })
  target = {
    gateway: world.gateway,
    registry: world.stack.registry.url,
    secrets: folder,
    github: { host: '127.0.0.1', port },
  }
})
anywhere.after(async () => {
  rmSync(folder, { recursive: true, force: true })
  await world.close()
})

anywhere('runs a journey against functions that are there already, and takes away what it made', async () => {
  const { gateway, registry, secrets, github } = target
  const given = ['--gateway', gateway, '--registry', registry, '--secrets', secrets]
  const args = [...given, '--github', `127.0.0.1:${github.port}`, 'journey/moving-tag']
  const { stdout } = await promisify(execFile)(process.execPath, [
    '--import',
    'tsx',
    'test/anywhere.ts',
    ...args,
  ])
  assert.match(stdout, /ok {3}journey\/moving-tag\.test\.ts 3 .*\n3 passed, 0 failed\n$/)
  for (const repository of await world.registry.repositories(''))
    assert.equal(await world.registry.tags(repository), [], repository)
})

const refusals: [string, () => Promise<Partial<Target>>, RegExp][] = [
  [
    'a folder without secrets',
    async () => ({ secrets: tmpdir() }),
    /webhook-secret cannot be read \(ENOENT\)/,
  ],
  ['an empty secret', () => secret('registry-user', '\n'), /registry-user is empty/],
  [
    'an address where nobody answers',
    async () => ({ gateway: `http://127.0.0.1:${await freePort()}` }),
    /^Nobody answers at http:\/\/127\.0\.0\.1:\d+ \(ECONNREFUSED\): is --gateway right/,
  ],
  [
    'a gateway without the functions',
    async () => ({ gateway: world.github.url }),
    /has no function webhook \(404 .*: deploy it/,
  ],
  [
    'a registry that does not answer',
    async () => ({ registry: `https://127.0.0.1:${await freePort()}` }),
    /the registry does not answer \(ECONNREFUSED\)\. Is --registry right/,
  ],
  [
    'a password that is not the registry’s',
    () => secret('registry-password', 'other'),
    /refused the password of registry-user \(HTTP 401\)\. Is --registry right, and are its secrets in/,
  ],
  [
    'a port that is taken',
    async () => ({ github: { host: '127.0.0.1', port: Number(new URL(world.gateway).port) } }),
    /^--github 127\.0\.0\.1:\d+ cannot be listened on \(EADDRINUSE\): end who listens/,
  ],
  [
    'an address of another machine',
    async () => ({ github: { host: '192.0.2.1', port: 3999 } }),
    /^--github 192\.0\.2\.1:3999 cannot be listened on \(EADDRNOTAVAIL\): it must be/,
  ],
  [
    'a GitHub that build does not look at',
    async () => ({ github: { host: '127.0.0.1', port: await freePort() } }),
    /^build does not see the local GitHub, it answers 502 .*ECONNREFUSED.*: deploy it with github_api_url=http/,
  ],
  [
    'a payload secret that build does not have',
    () => secret('payload-secret', 'other'),
    /^build does not see the local GitHub, it answers 401 .*: the secret in --secrets is not the one/,
  ],
  [
    'a webhook secret that webhook does not have',
    () => secret('webhook-secret', 'other'),
    /^webhook does not take a delivery, it answers 401 .*: the secret in --secrets is not the one/,
  ],
]

async function secret(name: string, text: string): Promise<Partial<Target>> {
  writeFileSync(join(folder, name), text)
  return {}
}

for (const [what, change, sentence] of refusals)
  anywhere(`refuses ${what}, before any journey begins`, async () => {
    cpSync(world.state.secrets, folder, { recursive: true })
    const said = await checkTarget({ ...target, ...(await change()) }, () => {}, 500).then(
      () => 'all is well',
      (error: Error) => error.message,
    )
    assert.match(said, sentence)
  })

anywhere.run()
