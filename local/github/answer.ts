import { createHash } from 'node:crypto'
import { answerApp, installationOf } from './app.ts'
import type { Call } from './call.ts'
import { rateHeaders } from './rate.ts'
import { json, notFound, Refusal, type Reply, refused } from './reply.ts'
import { EVERYTHING, type Rights, scopesHeader } from './rights.ts'
import { route } from './routes.ts'
import type { Site } from './site.ts'

const ENTERPRISE = { 'x-github-enterprise-version': '3.17.0' }

/** What the API answers to one request: token, rate limit, route, and 304 for what the caller has. */
export async function answer(
  site: Site,
  method: string,
  call: Omit<Call, 'signedIn' | 'rights'>,
): Promise<Reply> {
  const rights = rightsOf(site, call.headers.authorization)
  const bucket = bucketOf(call, rights)
  const full: Call = { ...call, signedIn: bucket !== 'anonymous', rights }
  const reply = await refusalsAsReplies(async () => {
    const asApp = await answerApp(full, method)
    if (asApp) return asApp
    admit(call, rights)
    if (call.url.pathname === '/rate_limit') return showRate(site, bucket)
    if (site.rate.look(bucket).remaining === 0) throw rateExceeded(bucket)
    const found = await refusalsAsReplies(() => route(full, method))
    const fresh = revalidated(found, String(call.headers['if-none-match'] ?? ''))
    // https://docs.github.com/rest/using-the-rest-api/best-practices-for-using-the-rest-api: a 304 is free only
    // for a request with a token.
    if (fresh.status !== 304 || bucket === 'anonymous') site.rate.spend(bucket)
    return fresh
  })
  // An administrator may switch it on; it is off at first.
  const standing = site.enterprise ? ENTERPRISE : rateHeaders(site.rate.look(bucket))
  return { ...reply, headers: { ...standing, ...scopesHeader(rights), ...reply.headers } }
}

function bucketOf({ headers }: Pick<Call, 'headers'>, rights: Rights | undefined): string {
  if (headers.authorization === undefined) return 'anonymous'
  const installation = rights && 'permissions' in rights ? rights.installation : undefined
  return installation ? `installation ${installation.id}` : 'token'
}

function admit(call: Pick<Call, 'headers' | 'url'>, rights: Rights | undefined): void {
  const { authorization, accept, 'user-agent': agent } = call.headers
  if (!agent) {
    const advice = 'Please make sure your request has a User-Agent header'
    throw new Refusal(403, `Request forbidden by administrative rules. ${advice}`)
  }
  // What the App itself asks there is signed, and looked at where it is answered.
  const byApp = call.url.pathname.endsWith('/installation')
  if (authorization !== undefined && rights === undefined && !byApp) {
    throw new Refusal(401, 'Bad credentials')
  }
  if (accept !== undefined && !/\*\/\*|application\/(\*|json|vnd\.git(hub|-lfs))/.test(String(accept))) {
    throw new Refusal(415, `Unsupported 'Accept' header: '${accept}'. Must accept 'application/json'.`)
  }
}

function rightsOf(site: Site, authorization: Call['headers'][string]): Rights | undefined {
  const { app, token, tokens } = site
  const [, scheme = '', text = ''] = /^(bearer|token|basic) +(\S+)$/i.exec(String(authorization ?? '')) ?? []
  if (text === '') return undefined
  // As git sends it: any name, and the token as password.
  const given = /basic/i.test(scheme)
    ? Buffer.from(text, 'base64')
        .toString()
        .replace(/^[^:]*:/, '')
    : text
  if (app && given.startsWith('ghs_')) {
    const installation = installationOf({ site }, given)
    return installation && { permissions: app.permissions, installation }
  }
  // A JSON web token is good for what an App itself may ask.
  if (app && given.startsWith('eyJ')) return undefined
  const anyIsGood = token === undefined && tokens === undefined
  return tokens?.[given] ?? (anyIsGood || given === token ? EVERYTHING : undefined)
}

function showRate(site: Site, bucket: string): Reply {
  if (site.enterprise) throw notFound('Rate limiting is not enabled.')
  const core = { ...site.rate.look(bucket), resource: 'core' }
  return json({ resources: { core }, rate: core })
}

function rateExceeded(bucket: string): Refusal {
  if (bucket.startsWith('installation')) {
    return new Refusal(403, `API rate limit exceeded for ${bucket.replace(' ', ' ID ')}.`)
  }
  if (bucket === 'token') return new Refusal(403, 'API rate limit exceeded for user ID 1.')
  const advice =
    'Authenticated requests get a higher rate limit. Check out the documentation for more details.'
  return new Refusal(403, `API rate limit exceeded for 127.0.0.1. (But here's the good news: ${advice})`)
}

function revalidated(reply: Reply, known: string): Reply {
  if (reply.status !== 200 || !Buffer.isBuffer(reply.body)) return reply
  const etag = `"${createHash('sha256').update(reply.body).digest('hex')}"`
  const headers = { ...reply.headers, etag: `W/${etag}` }
  // Weak comparison: the W/ does not count.
  const same = known === '*' || known.includes(etag)
  return same ? { status: 304, headers, body: Buffer.alloc(0) } : { ...reply, headers }
}

async function refusalsAsReplies(work: () => Promise<Reply>): Promise<Reply> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof Refusal) return refused(error)
    return refused(new Refusal(500, `Server Error: ${error instanceof Error ? error.message : error}`))
  }
}
