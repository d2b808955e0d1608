import { type Answer, ask, type Question, whyNoAnswer } from './ask.ts'
import type { Look } from './look.ts'
import type { Places } from './places.ts'

const LIMIT_MS = 5_000

/** https://nodejs.org/api/tls.html#x509-certificate-error-codes */
const UNTRUSTED = /^(?:ERR_TLS_|CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_)/

/** The doors of the box by name, in the words of a sentence. One that settings.json does not name is not looked at. */
export function lookAtDoors(places: Places): Promise<[name: string, look: Look][]> {
  const { box, front, pullPort, registryCa } = places
  const doors: [name: string, url: string, judge: (answer: Answer) => Look, tls?: Partial<Question>][] = [
    ['the gateway', `${box.gateway}/healthz`, status200],
    ['the registry', `https://${box.registry}/v2/`, wantsPassword, { ca: registryCa }],
  ]
  // Whether it lives is asked, not who it is: a certificate that has run out does not end with a restart.
  const anybody = { rejectUnauthorized: false }
  if (front) {
    const host = front.host.replace(/^0\.0\.0\.0$/, '127.0.0.1').replace(/^(::)?$/, '[::1]')
    const url = `http${front.tls ? 's' : ''}://${host}:${front.port}/healthz`
    doors.push(['the front proxy', url, anyAnswer, anybody])
  }
  if (pullPort) doors.push(['the port for pulling', `https://127.0.0.1:${pullPort}/v2/`, anyAnswer, anybody])
  return Promise.all(
    doors.map(async ([name, url, judge, tls]) => [name, await lookAtDoor(url, judge, tls)] as [string, Look]),
  )
}

/** Faasd 0.19 closes a published port for ever after one failed dial: what refuses connections stays so. */
async function lookAtDoor(url: string, judge: (answer: Answer) => Look, tls = {}): Promise<Look> {
  try {
    return judge(await ask(url, { ...tls, limitMs: LIMIT_MS }))
  } catch (error) {
    const { code = '' } = error as { code?: string }
    if (UNTRUSTED.test(code))
      return { is: 'odd', how: `shows a certificate that secrets/registry-ca does not vouch for (${code})` }
    return { is: code === 'ECONNREFUSED' ? 'gone' : 'silent', how: whyNoAnswer(error, LIMIT_MS) }
  }
}

function anyAnswer(): Look {
  return { is: 'well' }
}

function status200({ status }: Answer): Look {
  return status === 200 ? { is: 'well' } : { is: 'silent', how: `answers ${status}` }
}

function wantsPassword({ status }: Answer): Look {
  if (status === 401) return { is: 'well' }
  if (status === 200) return { is: 'odd', how: 'asks nobody for a password: run the installer again' }
  return { is: 'silent', how: `answers ${status}` }
}
