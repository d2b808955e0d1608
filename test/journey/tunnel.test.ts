import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { type LocalGitHub, startLocalGitHub } from '../../local/github/server.ts'
import { standIns, tunnelPid } from '../local/tunnel/stand-in.ts'
import { freePort } from '../support/free-port.ts'
import { images, REPOSITORY, service } from '../support/journey.ts'
import { npmStart, type Started } from '../support/npm-start.ts'

const ADDRESS = /Public address (http:\/\/127\.0\.0\.1:\d+)\n/
const TOKEN = 'ghp_of-the-person'

type Hook = { id: number; active: boolean; config: { url: string } }

/** `npm start -- --github … --tunnel` with stand-ins for the tunnel programs and for GitHub. */
const tunnel = suite('connecting in one line')
const stand = standIns()
const folder = mkdtempSync(join(tmpdir(), 'artefacto-connect-'))
const state = join(folder, 'state')
let github: LocalGitHub
let args: string[]
let started: Started | undefined
const all: Started[] = []
tunnel.before(async () => {
  github = await startLocalGitHub({
    folder: join(folder, 'github'),
    tokens: { [TOKEN]: { scopes: ['repo'] } },
  })
  await github.create(REPOSITORY, { files: { ...images({ web: '1.0.0' }), ...service('web', 'w1') } })
  const ports = ['--port', `${await freePort()}`, '--registry-port', `${await freePort()}`]
  args = ['--github', REPOSITORY, '--github-api-url', github.url, '--state', state, ...ports]
  mkdirSync(join(state, 'secrets'), { recursive: true })
  writeFileSync(join(state, 'secrets/github-token'), `${TOKEN}\n`)
})
tunnel.after(async () => {
  for (const one of all) await one.end('SIGINT')
  await github.close()
  rmSync(folder, { recursive: true, force: true })
  rmSync(stand.folder, { recursive: true, force: true })
})

const start = (...more: string[]) => {
  started = npmStart([...args, ...more], { PATH: `${stand.folder}${delimiter}${process.env.PATH}` })
  all.push(started)
  return started
}
const hooks = async (): Promise<Hook[]> => {
  const headers = { authorization: `Bearer ${TOKEN}` }
  return (await (await fetch(`${github.url}/repos/${REPOSITORY}/hooks`, { headers })).json()) as Hook[]
}
async function badge(address: string, wanted: string): Promise<void> {
  const end = Date.now() + 90_000
  let last = ''
  while (last !== wanted) {
    if (Date.now() > end) throw new Error(`the badge says ${last}, not ${wanted}:\n${started?.output()}`)
    await sleep(100)
    const answer = await fetch(`${address}/function/badge/web.json`)
    last = ((await answer.json()) as { message: string }).message
  }
}
async function merged(version: string): Promise<void> {
  const files = { ...images({ web: version }), ...service('web', version) }
  const merge = await github.merge(REPOSITORY, { files })
  assert.equal(
    merge.deliveries.map(({ event, status }) => [event, status]),
    [
      ['push', 202],
      ['pull_request', 202],
    ],
    JSON.stringify(merge.deliveries.map(({ response }) => response)),
  )
}

let id = 0
let address = ''
tunnel('gives an address, a webhook that GitHub has pinged, and what to copy', async () => {
  const { says, output } = start('--tunnel')
  await says(/Ctrl-C ends all of it/)
  address = ADDRESS.exec(output())?.[1] ?? ''
  assert.ok(output().includes(`The webhook of ${REPOSITORY} is set up. GitHub reached us: 200\n`), output())
  const [hook, ...more] = await hooks()
  assert.equal([more.length, hook?.active, hook?.config.url], [0, true, `${address}/function/webhook`])
  id = hook?.id ?? 0
  assert.ok(output().includes(`  webhook   ${address}/function/webhook\n`), output())
  assert.match(output(), /\[!\[build\]\(http:\S+\/function\/badge\/(?:web|SERVICE)\.svg\)\]\(http:\S+\)/)
  const secrets = ['webhook-secret', 'payload-secret', 'registry-password', 'github-token']
  for (const name of secrets) {
    const secret = readFileSync(join(state, 'secrets', name), 'utf8').trim()
    assert.not.ok(output().includes(secret), `${name} was printed`)
  }
})
tunnel('builds what is merged, and shows it, through the tunnel', async () => {
  await badge(address, '1.0.0')
  await merged('1.1.0')
  await badge(address, '1.1.0')
})
tunnel('shows strangers badges, and not the gateway, histories or logs', async () => {
  for (const path of ['/system/functions', '/async-function/build', '/function/badge/_/metrics', '/ui/'])
    assert.is((await fetch(address + path)).status, 404, path)
  const builds = `${address}/function/badge/web/builds.json`
  assert.is((await fetch(builds)).status, 401)
  const [, key = ''] = /\/function\/badge\/\?key=(\S+)\n/.exec(started?.output() ?? '') ?? []
  const opened = await fetch(builds, { headers: { authorization: `Bearer ${key}` } })
  assert.is(opened.status, 200)
})
tunnel('takes another address when the tunnel dies, and the webhook follows', async () => {
  const from = started?.output().length ?? 0
  process.kill(tunnelPid(state), 'SIGKILL')
  const [, next = ''] = (await started?.says(/The public address is now (\S+)\n/, from)) ?? []
  assert.is.not(next, address)
  address = next
  assert.match(started?.output().slice(from) ?? '', /cloudflared has ended \(with SIGKILL\)/)
  await started?.says(/function\/badge\/web\.svg\)\]/, from)
  assert.equal(
    (await hooks()).map((hook) => [hook.id, hook.active, hook.config.url]),
    [[id, true, `${address}/function/webhook`]],
  )
  await merged('1.2.0')
  await badge(address, '1.2.0')
})
tunnel('ends with the tunnel closed and the webhook switched off', async () => {
  const pid = tunnelPid(state)
  assert.is(await started?.end('SIGINT'), 0)
  assert.throws(() => process.kill(pid, 0), /ESRCH/)
  assert.equal(
    (await hooks()).map((hook) => [hook.id, hook.active]),
    [[id, false]],
  )
})
tunnel(
  'switches the same webhook on again, by ngrok, and names the services; what was missed is built',
  async () => {
    const files = { ...images({ web: '1.3.0' }), ...service('web', '1.3.0') }
    assert.equal((await github.merge(REPOSITORY, { files })).deliveries, [])
    const { says, output, end } = start('--tunnel', '--tunnel-with', 'ngrok')
    await says(/Ctrl-C ends all of it/)
    address = ADDRESS.exec(output())?.[1] ?? ''
    assert.equal(
      (await hooks()).map((hook) => [hook.id, hook.active, hook.config.url]),
      [[id, true, `${address}/function/webhook`]],
    )
    const markdown = `[![build](${address}/function/badge/web.svg)](${address}/function/badge/web)`
    assert.ok(output().includes(`  badge     ${markdown}\n`), output())
    await badge(address, '1.3.0')
    assert.is(await end('SIGINT'), 0)
  },
)
tunnel('says what to fill in where it has no token', async () => {
  rmSync(join(state, 'secrets/github-token'))
  const { says, output, end } = start('--tunnel')
  await says(/Ctrl-C ends all of it/)
  assert.match(output(), /There is no token in .*github-token\./)
  assert.ok(
    output().includes(`Set up the webhook yourself: ${github.url}/${REPOSITORY}/settings/hooks/new\n`),
  )
  assert.is(await end('SIGINT'), 0)
})
tunnel('fails with the program’s own reason, and leaves nothing behind', async () => {
  stand.mode('no-token')
  const { output, end } = start('--tunnel', '--tunnel-with', 'ngrok')
  assert.is(await end(), 1)
  assert.match(output(), /ngrok gives no public address: .*requires a verified account.*ERR_NGROK_4018/)
  stand.mode('')
})
tunnel('says where to get a program that is missing, before it starts anything', async () => {
  const { output, end } = npmStart([...args, '--tunnel'], { PATH: '/nowhere' })
  assert.is(await end(), 1)
  assert.match(output(), /^--tunnel needs the program cloudflared, which is not on this machine\.\n/)
  assert.not.match(output(), /Docker|\.ts:\d+/)
})
tunnel.run()
