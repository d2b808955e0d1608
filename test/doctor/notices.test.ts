import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { checkNotices } from '../../functions/build/doctor/notices.ts'
import type { Workshop } from '../../functions/build/workshop.ts'
import type { Check } from '../../functions/shared/check.ts'
import { freePort } from '../support/free-port.ts'
import { startReceiver } from '../support/receiver.ts'

const SECRET = `whsec_${Buffer.alloc(32, 1).toString('base64')}`

/** What the doctor says where these secrets are. */
async function look(secrets: Record<string, string | undefined>): Promise<Check[]> {
  const find = async (name: string) => secrets[name]
  const rotating = async (name: string) => String(secrets[name]).split('\n')
  const shop = { secrets: { find, rotating } } as unknown as Workshop
  return [await checkNotices(shop, AbortSignal.timeout(10_000), undefined as never)].flat()
}
const said = (checks: Check[]) => checks.map(({ state, fault, says }) => [state, fault, says])

const notices = suite('the receivers of notifications, as the doctor sees them')
notices('have no line where there are none', async () => {
  assert.equal(await look({ 'notify-secret': SECRET }), [])
})
notices('answer, and are told nothing', async () => {
  const receiver = await startReceiver(() => SECRET)
  const checks = await look({ 'notify-urls': receiver.url, 'notify-secret': `${SECRET}\n${SECRET}` })
  await receiver.close()
  const host = new URL(receiver.url).host
  assert.equal(said(checks), [['ok', undefined, `${host} (line 1 of notify-urls) answers`]])
  assert.equal(receiver.heard, [])
})
notices('do not answer, and a line is no address', async () => {
  const url = `http://ada:word@127.0.0.1:${await freePort()}/s3cretpath`
  const checks = await look({ 'notify-urls': `hooks.example\n${url}`, 'notify-secret': SECRET })
  const { host } = new URL(url)
  assert.equal(said(checks), [
    ['failed', 'notify_urls', 'line 1 of notify-urls is no http or https URL'],
    ['failed', 'notify_down', `${host} (line 2 of notify-urls) does not answer (ECONNREFUSED)`],
  ])
  assert.ok(checks.every(({ mend }) => mend))
})
notices('answer with a redirect', async () => {
  const receiver = await startReceiver(() => SECRET)
  receiver.answer({ status: 308, headers: { location: 'http://127.0.0.1:1/' } })
  const [check] = await look({ 'notify-urls': receiver.url, 'notify-secret': SECRET })
  await receiver.close()
  assert.equal([check?.state, check?.fault], ['warning', 'notify_urls'])
  assert.match(check?.says ?? '', /answered with a redirect, which is not followed/)
})
for (const [title, secret, state, says] of [
  ['missing', undefined, 'warning', /notify-secret is missing or empty: nobody is told$/],
  ['of another form', 'a word', 'failed', /^notify-secret is not of the form whsec_/],
] as const)
  notices(`have a secret that is ${title}`, async () => {
    const [check, ...more] = await look({ 'notify-urls': 'https://hooks.example/x', 'notify-secret': secret })
    assert.equal([check?.state, check?.fault, more], [state, 'notify_secret', []])
    assert.match(check?.says ?? '', says)
  })
notices.run()
