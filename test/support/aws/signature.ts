import { createHash, createHmac, timingSafeEqual } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import { Refusal } from './refusal.ts'

export type Keys = { accessKeyId: string; secretAccessKey: string; sessionToken?: string | undefined }

export type Signed = { method: string; url: string; headers: IncomingHttpHeaders; body: Buffer }

const SKEW_MS = 15 * 60_000
const FORM =
  /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/([^/]+)\/aws4_request, ?SignedHeaders=([^,]+), ?Signature=([0-9a-f]{64})$/

/** The two services say the same things in other words. */
const WORDS = {
  ebs: {
    missing: [403, 'MissingAuthenticationTokenException'],
    unknown: [403, 'UnrecognizedClientException'],
    wrong: [403, 'InvalidSignatureException'],
    late: [403, 'InvalidSignatureException'],
    ended: [403, 'ExpiredTokenException'],
  },
  ec2: {
    missing: [401, 'MissingAuthenticationToken'],
    unknown: [401, 'AuthFailure'],
    wrong: [401, 'AuthFailure'],
    late: [400, 'RequestExpired'],
    ended: [400, 'RequestExpired'],
  },
} as const

/**
 * Whether a request is signed with these keys, as Signature Version 4 wants it
 * (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html); a Refusal where not.
 * `now` is the server's clock, in ms. Only a block may go without a hash of the body.
 */
export function checkSignature(
  request: Signed,
  { service, region, keys, now }: { service: 'ebs' | 'ec2'; region: string; keys: Keys; now: number },
): void {
  const refusal = (what: keyof (typeof WORDS)['ebs'], message: string) => {
    const [status, code] = WORDS[service][what]
    return new Refusal(status, code, message)
  }
  const { headers } = request
  const [, id, day, scopeRegion, scopeService, names = '', signature = ''] =
    FORM.exec(String(headers.authorization ?? '')) ?? []
  const time = String(headers['x-amz-date'] ?? '')
  if (id === undefined || !/^\d{8}T\d{6}Z$/.test(time) || !time.startsWith(String(day)))
    throw refusal('missing', 'Missing Authentication Token')
  if (id !== keys.accessKeyId)
    throw refusal('unknown', 'The security token included in the request is invalid.')
  if (scopeRegion !== region)
    throw refusal('wrong', `Credential should be scoped to a valid region, not '${scopeRegion}'.`)
  if (scopeService !== service)
    throw refusal('wrong', `Credential should be scoped to correct service: '${service}'.`)
  const said = Date.parse(time.replace(/(....)(..)(..T..)(..)(..Z)/, '$1-$2-$3:$4:$5'))
  if (Math.abs(said - now) > SKEW_MS)
    throw refusal('late', `Signature expired: ${time} is now earlier than the time of the server`)
  const signed = names.split(';')
  const unsigned = ['host', ...Object.keys(headers).filter((name) => name.startsWith('x-amz-'))].filter(
    (name) => !signed.includes(name),
  )
  if (unsigned.length > 0) throw refusal('wrong', `not signed: ${unsigned.join(', ')}`)
  if (headers['x-amz-security-token'] !== keys.sessionToken)
    throw refusal('ended', 'The security token included in the request is expired')
  const canonical = canonicalRequest(request, signed, payloadHash(request, refusal))
  const scope = `${day}/${region}/${service}/aws4_request`
  const text = ['AWS4-HMAC-SHA256', time, scope, sha256(canonical)].join('\n')
  const key = [String(day), region, service, 'aws4_request'].reduce<Buffer>(
    (secret, part) => hmac(secret, part),
    Buffer.from(`AWS4${keys.secretAccessKey}`),
  )
  // As AWS does: what it says has all headers in it, the session token too.
  if (!timingSafeEqual(hmac(key, text), Buffer.from(signature, 'hex')))
    throw refusal(
      'wrong',
      `The signature does not match. The Canonical String should have been '${canonical}'`,
    )
}

function payloadHash(
  { method, url, headers, body }: Signed,
  refusal: (what: 'wrong', message: string) => Refusal,
): string {
  const said = headers['x-amz-content-sha256']
  const actual = sha256(body)
  if (said === 'UNSIGNED-PAYLOAD' && method === 'PUT' && url.includes('/blocks/')) return said
  if (said !== undefined && said !== actual)
    throw refusal('wrong', 'x-amz-content-sha256 does not fit the body')
  return actual
}

function canonicalRequest({ method, url, headers }: Signed, signed: string[], hash: string): string {
  const { pathname, searchParams } = new URL(url, 'http://aws')
  const path = pathname.split('/').map(encode).join('/')
  const query = [...searchParams]
    .map(([name, value]) => `${encode(name)}=${encode(value)}`)
    .sort()
    .join('&')
  const lines = signed.map(
    (name) =>
      `${name}:${String(headers[name] ?? '')
        .trim()
        .replace(/ +/g, ' ')}\n`,
  )
  return [method, path, query, lines.join(''), signed.join(';'), hash].join('\n')
}

const encode = (text: string) =>
  encodeURIComponent(text).replace(
    /[!'()*]/g,
    (letter) => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`,
  )

const sha256 = (data: string | Buffer) => createHash('sha256').update(data).digest('hex')

const hmac = (key: Buffer, text: string) => createHmac('sha256', key).update(text).digest()
