import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { sign } from '../../functions/shared/signature.ts'
import { htpasswdWith, randomPassword } from '../../registry/password.ts'
import { REPOSITORY } from '../support/journey.ts'
import { closed, delivery } from '../webhook/deliveries.ts'
import { type FaultWorld, openFaultWorld, type Promised } from './fault-world.ts'

const secrets = suite('secrets')
let world: FaultWorld
secrets.before(async () => {
  world = await openFaultWorld()
  await world.judge(await world.mergeBoth())
})
secrets.after(() => world.close())

const at = (name: string) => join(world.state.secrets, name)
const read = (name: string) => readFileSync(at(name), 'utf8').trim()

/** Every way in which a secret's file can be found while it is being written, and what is missing. */
const TORN: Record<string, (whole: string) => string | undefined> = {
  missing: () => undefined,
  empty: () => '',
  'half written': (whole) => whole.slice(0, whole.length / 2),
}
const NAMES = ['payload-secret', 'registry-password', 'registry-ca']

for (const name of NAMES)
  secrets(`${name} that is torn loses no merge, and lets nobody in`, async () => {
    const whole = read(name)
    const merges: Promised[] = []
    for (const tear of Object.values(TORN)) {
      const torn = tear(whole)
      if (torn === undefined) rmSync(at(name))
      else writeFileSync(at(name), torn)
      const unsigned = await fetch(`${world.gateway}/function/build`, {
        method: 'POST',
        body: '{"catch_up":true}',
      })
      assert.ok([401, 503].includes(unsigned.status), `${unsigned.status}`)
      merges.push(await world.mergeBoth())
    }
    writeFileSync(at(name), whole)
    for (const merge of merges) await world.recovered(merge)
    for (const merge of merges) await world.judgeRecords(merge)
    await world.judge(merges.at(-1) as Promised)
  })

secrets('webhook-secret that is torn refuses what GitHub signs, and loses none of it', async () => {
  const whole = read('webhook-secret')
  const merges: Promised[] = []
  for (const [how, tear] of Object.entries(TORN)) {
    const merge = await world.mergeBoth({ deliver: false })
    const torn = tear(whole)
    if (torn === undefined) rmSync(at('webhook-secret'))
    else writeFileSync(at('webhook-secret'), torn)
    // The local GitHub would sign with what is left of it; the real one knows all of it.
    const body = JSON.stringify(closedBy(merge.sha, await world.id()))
    const answer = await fetch(`${world.gateway}/function/webhook`, {
      method: 'POST',
      body,
      headers: delivery('pull_request', body, { 'x-hub-signature-256': sign(whole, body) }).headers,
    })
    assert.is(answer.status, torn ? 401 : 503, how)
    merges.push(merge)
  }
  writeFileSync(at('webhook-secret'), whole)
  for (const merge of merges) await world.recovered(merge)
  for (const merge of merges) await world.judgeRecords(merge)
  await world.judge(merges.at(-1) as Promised)
})

/** GitHub's words for a merge of our repository. */
function closedBy(sha: string, id: number) {
  const repo = { id, full_name: REPOSITORY, private: false }
  const base = { ref: 'develop', repo }
  return { ...closed({ merge_commit_sha: sha, base }), repository: repo }
}

for (const name of ['webhook-secret', 'payload-secret'])
  secrets(`${name} that is rotated under load loses nothing`, async () => {
    const [old, fresh] = [read(name), randomPassword()]
    const merges = [world.mergeBoth()]
    for (const text of [`${fresh}\n${old}\n`, fresh]) {
      writeFileSync(at(name), text)
      merges.push(world.mergeBoth())
      // The old one goes when what it has signed has arrived.
      await Promise.all(merges)
      await world.until('an empty queue', async () => world.stack.gateway.queued() === 0)
    }
    const made = await Promise.all(merges)
    for (const merge of made) assert.is((await world.ended(merge.sha)).state, 'built')
    await world.judge(made.at(-1) as Promised)
  })

secrets('the password of the registry that is changed under load loses nothing', async () => {
  const htpasswd = join(world.state.folder, 'htpasswd')
  const [user, fresh] = [read('registry-user'), randomPassword()]
  const first = await world.mergeBoth()
  writeFileSync(htpasswd, await htpasswdWith(readFileSync(htpasswd, 'utf8'), user, fresh))
  const second = await world.mergeBoth()
  writeFileSync(at('registry-password'), fresh)
  for (const merge of [first, second]) await world.recovered(merge)
  await world.judgeRecords(first)
  await world.judge(second)
})

secrets.run()
