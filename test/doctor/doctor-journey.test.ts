import { execFile } from 'node:child_process'
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { Check } from '../../functions/shared/check.ts'
import { digestOf } from '../../functions/shared/digest.ts'
import { dockerAt } from '../../local/docker.ts'
import { engineFolder } from '../../local/engine-folder.ts'
import { makeAuthority, makeLeaf } from '../../registry/certificates.ts'
import { pageAt, table } from '../readme/markdown.ts'
import { freePort } from '../support/free-port.ts'
import { REPOSITORY } from '../support/journey.ts'
import { isRoot, openPatient, type Patient } from './patient.ts'

const ROOT = join(import.meta.dirname, '../..')
const NAMES = ['localhost', '127.0.0.1']
const DAY_MS = 86_400_000

let patient: Patient
const all = suite('the doctor at a healthy artefacto')
all.before(async () => {
  patient = await openPatient()
})

const named = (checks: Check[], name: string) => {
  const found = checks.find((check) => check.name === name)
  assert.ok(found, `no line ${name} in\n${checks.map((check) => `${check.name}: ${check.says}`).join('\n')}`)
  return found
}
const bad = (checks: Check[]) =>
  checks
    .filter(({ name, state }) => state !== 'ok' && !name.startsWith('disk'))
    .map(({ name, says }) => `${name}: ${says}`)

/** The command as a person starts it. */
function command(...args: string[]): Promise<{ code: number; said: string }> {
  const whole = ['--import', 'tsx', 'doctor/main.ts', ...args]
  // Where npm was called: there .artefacto is.
  const env = { ...process.env, INIT_CWD: patient.folder }
  return new Promise((resolve) => {
    execFile(process.execPath, whole, { cwd: ROOT, env }, (error, stdout, stderr) => {
      resolve({ code: Number(error?.code ?? 0), said: stdout + stderr })
    })
  })
}

all('finds all well, a line a check, and ends with 0', async () => {
  const { code, said } = await command()
  assert.is(code, 0, said)
  assert.not.match(said, /FAILED/)
  for (const line of [
    /^ok {7}node {2,}Node \d+\.\d+/m,
    /^ok {7}gateway {2,}http:\/\/127\.0\.0\.1:\d+ is well$/m,
    /^ok {7}functions {2,}webhook, build, badge are deployed and ready$/m,
    /^ok {7}engine {2,}Docker Engine \d+/m,
    /^ok {7}engine build {2,}an image was built with BuildKit and pushed to 127/m,
    /^ok {7}registry {2,}https:\/\/127\.0\.0\.1:\d+ answers and takes the password/m,
    /^ok {7}registry certificate {2,}it is valid until 20\d\d-\d\d-\d\d$/m,
    /^ok {7}queue {2,}a call went through it in \d+ ms$/m,
    /^ok {7}webhook acme\/\S+ +it is set up; the last delivery \(ping\) was answered 200$/m,
  ])
    assert.match(said, line)
})
all('prints the same as JSON, and no secret', async () => {
  const { code, said } = await command('--json')
  assert.is(code, 0)
  const checks = JSON.parse(said) as Check[]
  assert.equal(bad(checks), [])
  const told = table(pageAt('docs/doctor.md'), 'check').map(([cell = '']) => cell.replaceAll('`', ''))
  for (const { name } of checks) assert.ok(told.includes(name.replace(/ acme\/.*/, ' …')), name)
  for (const name of ['webhook-secret', 'payload-secret', 'registry-password', 'github-token'])
    assert.not(said.includes(readFileSync(patient.secret(name), 'utf8').trim()), name)
})
all('leaves nothing in the registry and in the engine', async () => {
  const { registry, engine } = patient.world
  assert.equal(await registry.tags('doctor/check'), [])
  await registry.blob('doctor/check', digestOf(Buffer.from('{"artefacto":"doctor"}'))).then(
    () => assert.unreachable('the blob is still there'),
    (error: Error) => assert.match(error.message, /404/),
  )
  const images = await dockerAt(engine.host).listImages()
  assert.equal(
    images.flatMap(({ RepoTags }) => RepoTags ?? []).filter((tag) => tag.includes('doctor/check')),
    [],
  )
})
all('looks at the disk that the engine of this machine keeps its data on', async () => {
  const [folder = ''] = await engineFolder(patient.world.engine.host)
  assert.ok(existsSync(folder), folder)
  assert.equal(await engineFolder('tcp://127.0.0.1:1'), [])
  assert.equal(await engineFolder('unix:///nowhere'), [])
})
all('is asked with a signature only', async () => {
  const answer = await fetch(`${patient.world.gateway}/function/build/_/doctor`)
  assert.is(answer.status, 401)
})
all.run()

type Undo = () => unknown
type Broken = {
  what: string
  /** The line that must say so. */
  line: string
  state?: Check['state']
  says: RegExp
  mend?: RegExp
  /** What other lines say of it. */
  also?: Record<string, RegExp>
  breaks: () => Undo | Promise<Undo>
  skip?: boolean
}

const file = (name: string) => readFileSync(join(patient.world.state.certs, name), 'utf8')
const ours = () => ({ cert: file('ca.crt'), key: file('ca.key') })
const show = async (identity: Promise<{ cert: string; key: string }>): Promise<Undo> => {
  patient.registry().show(await identity)
  return () => patient.registry().show()
}
const refuse = (match: RegExp, status: number, body?: string): Undo => {
  patient.registry().refuse({ match, status, ...(body && { body }) })
  return () => patient.registry().refuse()
}
const withSecret = (name: string, text?: string): Undo => {
  const path = patient.secret(name)
  const before = readFileSync(path)
  if (text === undefined) rmSync(path)
  else writeFileSync(path, text)
  return () => writeFileSync(path, before)
}
const atGitHub = (fault: Parameters<Patient['world']['github']['faults']['add']>[0]): Undo => {
  patient.world.github.faults.add(fault)
  return () => patient.world.github.faults.clear()
}
const halt = (name: string): Undo => {
  const pid = patient.world.stack.gateway.pid(name)
  assert.ok(pid)
  process.kill(pid, 'SIGSTOP')
  return () => process.kill(pid, 'SIGCONT')
}
const lie = (match: RegExp, status: number, body?: string): Undo => {
  patient.gateway.lie({ match, status, ...(body && { body }) })
  return () => patient.gateway.lie()
}
const hook = (change: () => Promise<unknown>) => async (): Promise<Undo> => {
  await change()
  return () => patient.hook.mend()
}
const WEBHOOK = `webhook ${REPOSITORY}`
const SHOP = `repository ${REPOSITORY}`

const HERE: Broken[] = [
  {
    what: 'the Docker Engine is stopped',
    line: 'engine',
    says: /the Docker Engine does not answer \((?:ECONNREFUSED|ENOENT)\)/,
    mend: /systemctl start docker/,
    breaks: async () => {
      await patient.engine.close()
      return patient.engine.open
    },
  },
  {
    what: 'the Docker Engine is too old',
    line: 'engine',
    says: /Docker Engine 19\.03\.15 is too old: 20\.10 or newer/,
    mend: /docs\.docker\.com/,
    breaks: () => {
      patient.engine.lie({ match: /\/version$/, status: 200, body: '{"Version":"19.03.15"}' })
      return () => patient.engine.lie()
    },
  },
  {
    what: 'the engine opens no session for BuildKit',
    line: 'engine build',
    says: /cannot build with BuildKit/,
    mend: /journalctl -u docker/,
    breaks: () => {
      patient.engine.lie({ match: /^POST \/session/, status: 403 })
      return () => patient.engine.lie()
    },
  },
  {
    what: 'the engine cannot push',
    line: 'engine build',
    says: /builds, but cannot push to 127\.0\.0\.1:\d+: /,
    mend: /curl -v https:\/\/127\.0\.0\.1:\d+\/v2\//,
    breaks: () => refuse(/^PUT \/v2\/doctor\/check\/manifests\/engine/, 400),
  },
  {
    what: 'the registry is stopped',
    line: 'registry',
    says: /does not answer \(ECONNREFUSED\)/,
    mend: /npm start/,
    also: { badge: /does not reach the registry/, 'engine build': /the registry does not let us in/ },
    breaks: () => {
      patient.stopRegistry()
      return patient.startRegistry
    },
  },
  {
    what: 'the password of the registry is another',
    line: 'registry',
    says: /refused the password of registry-user \(HTTP 401\)/,
    mend: /npm start/,
    breaks: () => withSecret('registry-password', 'another'),
  },
  {
    what: "the registry's certificate has ended",
    line: 'registry certificate',
    says: /the certificate ended on 2022-/,
    breaks: () => show(makeLeaf(ours(), NAMES, new Date('2020-01-01T00:00:00Z'))),
  },
  {
    what: "the registry's certificate ends in 20 days",
    line: 'registry certificate',
    state: 'warning',
    says: /the certificate ends in (?:19|20) days, on 20\d\d-/,
    breaks: () => show(makeLeaf(ours(), NAMES, new Date(Date.now() - 805 * DAY_MS))),
  },
  {
    what: "the registry's certificate is of a foreign authority",
    line: 'registry certificate',
    says: /registry-ca does not vouch for the certificate \([A-Z_]+\)$/,
    breaks: async () => show(makeLeaf(await makeAuthority(new Date()), NAMES, new Date())),
  },
  {
    what: "the registry's certificate has another name",
    line: 'registry certificate',
    says: /registry-ca does not vouch for the certificate .*(?:ALTNAME|not in the cert)/,
    breaks: () => show(makeLeaf(ours(), ['registry.invalid'], new Date())),
  },
  {
    what: 'the registry asks nobody for a password',
    line: 'registry certificate',
    says: /asks nobody for a password/,
    breaks: () => refuse(/^GET \/v2\/$/, 200, '{}'),
  },
  {
    what: 'the registry is full',
    line: 'registry write',
    says: /answered 507 to PUT doctor\/check: UNKNOWN no space left/,
    mend: /garbage/,
    breaks: () => refuse(/^PUT \/v2\/doctor\/check\/manifests\/build/, 507),
  },
  {
    what: 'the registry is read-only',
    line: 'registry write',
    says: /answered 405 to POST doctor\/check/,
    breaks: () => refuse(/^POST \/v2\/doctor\/check\/blobs\/uploads/, 405),
  },
  {
    what: 'a secret is missing',
    line: 'secrets',
    says: /^missing or empty: registry-user$/,
    breaks: () => withSecret('registry-user'),
  },
  {
    what: "the registry's CA is missing",
    line: 'secrets',
    state: 'warning',
    says: /registry-ca is missing/,
    breaks: () => withSecret('registry-ca', ''),
  },
  {
    what: 'build does not reach the gateway',
    line: 'gateway from build',
    says: /does not answer \(ECONNREFUSED\)/,
    breaks: async () => {
      await patient.gateway.close()
      return patient.gateway.open
    },
  },
  {
    what: 'the badge process hangs',
    line: 'badge',
    says: /no answer within 5 s|does not answer/,
    mend: /npm start/,
    breaks: () => halt('badge'),
  },
  {
    what: 'the badge function is not deployed',
    line: 'badge',
    says: /answers 404, and no badge/,
    breaks: () => lie(/\/function\/badge/, 404),
  },
  {
    what: 'the badge function has another secret',
    line: 'badge',
    says: /has another payload-secret than the build function/,
    breaks: () => lie(/^POST \/function\/badge/, 401),
  },
  {
    what: 'the queue does not move',
    line: 'queue',
    says: /a call queued 5 s ago was not delivered/,
    mend: /npm start/,
    breaks: async () => {
      const go = halt('webhook')
      await fetch(`${patient.world.gateway}/async-function/webhook`, { method: 'POST', body: '{}' })
      return go
    },
  },
  {
    what: 'the gateway refuses to queue',
    line: 'queue',
    says: /the gateway answers 500 to a call for the queue/,
    breaks: () => lie(/^POST \/async-function\/build/, 500),
  },
  {
    what: 'npm start has started no service ami, which is a hint',
    line: 'ami',
    state: 'skipped',
    says: /its container has not been started: what needs a disk waits/,
    mend: /npm start, without --no-ami/,
    breaks: async () => {
      await patient.ami.close()
      return patient.ami.open
    },
  },
  {
    what: 'the service ami has another secret',
    line: 'ami',
    says: /the service ami refuses our signature: it has another payload-secret/,
    mend: /npm start/,
    breaks: () => {
      patient.ami.lie({ match: /^GET \//, status: 401 })
      return () => patient.ami.lie()
    },
  },
  {
    what: 'the key of AWS is torn',
    line: 'aws',
    says: /aws-credentials has no profile \[default\]/,
    mend: /into \S+secrets\/aws-credentials$/,
    breaks: () => {
      const path = patient.secret('aws-credentials')
      writeFileSync(path, 'half a key')
      return () => rmSync(path)
    },
  },
  {
    what: 'the disk of build is full',
    line: 'disk of build',
    says: /has 0\.0 MB free of 67\.1 MB/,
    mend: /docker builder prune/,
    skip: !isRoot,
    breaks: () => {
      const filler = join(patient.disk, 'filler')
      try {
        writeFileSync(filler, Buffer.alloc(80 * 1024 * 1024))
      } catch {
        // It holds what fits.
      }
      return () => rmSync(filler)
    },
  },
]

const AT_GITHUB: Broken[] = [
  {
    what: 'GitHub has no rate limit',
    line: 'github',
    state: 'ok',
    says: /answers, and has no rate limit/,
    breaks: () => atGitHub({ match: '/rate_limit', status: 404 }),
  },
  {
    what: 'GitHub is down',
    line: 'github',
    says: /GitHub does not answer/,
    mend: /rate_limit/,
    breaks: () => atGitHub({ match: /./, drop: true }),
  },
  {
    what: 'the token is not good',
    line: 'github',
    says: /GitHub answered 401 to \/rate_limit: is github-token still valid/,
    mend: /secrets\/github-token$/,
    breaks: () => atGitHub({ match: '/rate_limit', status: 401 }),
  },
  {
    what: "GitHub's rate limit is used up",
    line: 'github',
    says: /rate limit is used up until 00:00 UTC/,
    breaks: () =>
      atGitHub({
        match: '/rate_limit',
        body: JSON.stringify({
          rate: { limit: 60, used: 60, remaining: 0, reset: 2_000_000_000 - (2_000_000_000 % 86_400) },
        }),
      }),
  },
  {
    what: 'there is no token',
    line: 'github token',
    state: 'warning',
    says: /there is none: 60 questions an hour/,
    also: { [WEBHOOK]: /shown to tokens with the permission Webhooks/ },
    breaks: () => {
      const token = withSecret('github-token', '')
      const rate = { limit: 60, used: 0, remaining: 60, reset: 2_000_000_000 }
      const limit = atGitHub({ match: '/rate_limit', body: JSON.stringify({ rate }) })
      return () => [token(), limit()]
    },
  },
  {
    what: 'the token lacks a scope',
    line: 'github token',
    state: 'warning',
    says: /its scopes are read:user: commit statuses need repo or repo:status/,
    breaks: () => atGitHub({ match: '/rate_limit', headers: { 'x-oauth-scopes': 'read:user' } }),
  },
  {
    what: 'the token ends soon',
    line: 'github token',
    state: 'warning',
    says: /it ends on 20\d\d-\d\d-\d\d/,
    breaks: () => {
      const end = new Date(Date.now() + 5 * DAY_MS).toISOString().slice(0, 19).replace('T', ' ')
      return atGitHub({
        match: '/rate_limit',
        headers: { 'github-authentication-token-expiration': `${end} UTC` },
      })
    },
  },
  {
    what: 'the repository is not to be seen',
    line: SHOP,
    says: /GitHub does not show it/,
    breaks: () => atGitHub({ match: /\/repos\/[^/]+\/[^/]+$/, status: 404 }),
  },
  {
    what: 'the branch is not there',
    line: SHOP,
    says: /it has no branch develop/,
    mend: /git push origin HEAD:develop/,
    breaks: () => atGitHub({ match: '/branches/', status: 404 }),
  },
  {
    what: 'the token may not write to the repository',
    line: SHOP,
    state: 'warning',
    says: /not write commit statuses/,
    breaks: () => atGitHub({ match: /\/repos\/[^/]+\/[^/]+$/, body: '{"permissions":{"push":false}}' }),
  },
  {
    what: 'the token may not see webhooks',
    line: WEBHOOK,
    state: 'skipped',
    says: /shown to tokens with the permission/,
    breaks: () => atGitHub({ match: '/hooks', status: 403 }),
  },
  {
    what: 'there is no webhook',
    line: WEBHOOK,
    says: /^there is none$/,
    mend: /\/settings\/hooks\/new/,
    breaks: () => atGitHub({ match: '/hooks', body: '[]' }),
  },
  {
    what: 'the webhook leads elsewhere',
    line: WEBHOOK,
    says: /none leads to …\/function\/webhook; the first leads to ci\.example\/hook$/,
    mend: /Payload URL/,
    breaks: hook(() => patient.hook.withConfig({ url: 'https://ci.example/hook?key=secret' })),
  },
  {
    what: 'the webhook is not active',
    line: WEBHOOK,
    says: /it is not active/,
    mend: /^gh api --method PATCH repos\/acme\/\S+\/hooks\/\d+ -F active=true$/,
    breaks: hook(() => patient.hook.change({ active: false })),
  },
  {
    what: 'the webhook sends a form',
    line: WEBHOOK,
    says: /content type is not application\/json/,
    mend: /config -f content_type=json$/,
    breaks: hook(() => patient.hook.withConfig({ content_type: 'form' })),
  },
  {
    what: 'the webhook has no secret',
    line: WEBHOOK,
    says: /it has no secret/,
    breaks: hook(() => patient.hook.withConfig({ secret: undefined })),
  },
  {
    what: 'the webhook tells of pushes only',
    line: WEBHOOK,
    says: /does not tell of pull_request$/,
    mend: /-f 'events\[\]=pull_request' -f 'events\[\]=push'$/,
    breaks: hook(() => patient.hook.change({ events: ['push'] })),
  },
  {
    what: "the webhook's SSL verification is off",
    line: WEBHOOK,
    state: 'warning',
    says: /SSL verification is off/,
    breaks: hook(() => patient.hook.withConfig({ insecure_ssl: '1' })),
  },
  {
    what: "GitHub's last delivery had another secret",
    line: WEBHOOK,
    says: /last delivery \(ping\) was refused with 401: GitHub has another secret/,
    mend: /webhook-secret/,
    breaks: async () => {
      await patient.hook.withConfig({ secret: 'another' })
      await patient.hook.ping()
      return async () => {
        await patient.hook.mend()
        await patient.hook.ping()
      }
    },
  },
  {
    what: "GitHub's last delivery did not arrive",
    line: WEBHOOK,
    says: /last delivery \(ping\) was answered 502/,
    mend: /Recent Deliveries/,
    breaks: async () => {
      await patient.hook.withConfig({ url: `http://127.0.0.1:${await freePort()}/function/webhook` })
      await patient.hook.ping()
      return async () => {
        await patient.hook.mend()
        await patient.hook.ping()
      }
    },
  },
  {
    what: "GitHub's clock is another",
    line: 'clock',
    state: 'warning',
    says: /our clock is (?:12\d|11\d) s ahead of that of GitHub/,
    mend: /timedatectl set-ntp true/,
    breaks: () =>
      atGitHub({ match: '/rate_limit', headers: { date: new Date(Date.now() - 120_000).toUTCString() } }),
  },
]

function judge(checks: Check[], { line, state = 'failed', says, mend, also = {} }: Broken): void {
  const found = named(checks, line)
  assert.is(found.state, state, found.says)
  assert.match(found.says, says, `${line}: ${found.says}`)
  if (state === 'warning' || state === 'failed') assert.ok(found.mend, 'what mends it')
  if (mend) assert.match(found.mend ?? '', mend)
  for (const [name, words] of Object.entries(also)) assert.match(named(checks, name).says, words)
}

const sick = suite('the doctor finds that')
const here = HERE.filter(({ skip }) => !skip)
// One thing is broken at GitHub and one here at a time: either is found whatever the other does. In this order, so that
// GitHub's pings meet a webhook that lives.
for (let round = 0; round < Math.max(here.length, AT_GITHUB.length); round += 1) {
  const broken = [AT_GITHUB[round], here[round]].filter((row) => row !== undefined)
  sick(broken.map(({ what }) => what).join(', and '), async () => {
    const undos: Undo[] = []
    try {
      for (const { breaks } of broken) undos.push(await breaks())
      const checks = await patient.look()
      for (const row of broken) judge(checks, row)
    } finally {
      for (const undo of undos.reverse()) await undo()
    }
  })
}
sick('the folder of secrets is of another artefacto', async () => {
  const secrets = mkdtempSync(join(patient.folder, 'secrets-'))
  cpSync(patient.world.state.secrets, secrets, { recursive: true })
  writeFileSync(join(secrets, 'payload-secret'), 'another')
  writeFileSync(join(secrets, 'webhook-secret'), 'another')
  const checks = await patient.look({ secrets })
  assert.match(named(checks, 'build').says, /has another payload-secret than this folder/)
  assert.match(named(checks, 'webhook').says, /has another webhook-secret than this folder/)
  rmSync(join(secrets, 'payload-secret'))
  assert.match(named(await patient.look({ secrets }), 'build').says, /payload-secret is missing or empty in/)
})
sick('the gateway is down, and says what is known all the same', async () => {
  const checks = await patient.look({ gateway: `http://127.0.0.1:${await freePort()}` })
  assert.match(named(checks, 'gateway').says, /refuses connections/)
  assert.is(named(checks, 'functions').state, 'skipped')
  assert.ok(checks.some(({ name }) => name === 'disk'))
})
sick('the build function is dead, and says what is known all the same', async () => {
  const undo = lie(/^GET \/function\/build/, 500, '')
  const checks = await patient.look({ gateway: `http://127.0.0.1:${patient.gatewayPort}` })
  undo()
  assert.match(named(checks, 'build').says, /answers 500: what it sees is not known/)
  assert.is(named(checks, 'webhook').state, 'ok')
})
sick('the webhook function is dead', async () => {
  const undo = lie(/^POST \/function\/webhook/, 500, '')
  const checks = await patient.look({ gateway: `http://127.0.0.1:${patient.gatewayPort}` })
  undo()
  assert.match(named(checks, 'webhook').says, /answers 500 to a ping/)
})
sick('the gateway has another password', async () => {
  const { state, says } = named(await patient.look({ password: 'another' }), 'functions')
  assert.is(state, 'failed')
  assert.match(says, /the gateway answers 401 to its password/)
})
sick('something failed, by its exit code and below the line what mends it', async () => {
  const undo = withSecret('registry-password', 'another')
  const { code, said } = await command()
  undo()
  assert.is(code, 1)
  assert.match(said, /^FAILED {3}registry {2,}.* refused the password .*\n {20,}end npm start/m)
  assert.match(said, /^\d+ failed, /m)
})
sick('nothing is wrong any more after all this, and left nothing', async () => {
  assert.equal(bad(await patient.look()), [])
  assert.equal(await patient.world.registry.tags('doctor/check'), [])
})
sick.after(() => patient.close())
sick.run()
