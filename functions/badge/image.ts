import { createHash } from 'node:crypto'
import { json, type Reply, type Request } from '../shared/http.ts'
import { oneLine } from '../shared/printable.ts'
import { LABEL, type Look } from './look.ts'

/**
 * GitHub's image proxy keeps an image for a year unless told otherwise, and its own advice is `no-cache`; `Expires`
 * is for its older versions (https://github.com/atmos/camo, clojars-web#288).
 */
const NEVER_KEPT = {
  'Cache-Control': 'no-cache, no-store, must-revalidate, max-age=0',
  Expires: '0',
  'X-Content-Type-Options': 'nosniff',
}

type Badge = Omit<Look, 'standing'>
/** `whole` is the image, `known` is for who has these bytes already. */
type Drawn = { etag: string; whole: Reply; known: Reply }

/** A badge is drawn once for as long as its look is kept: drawing is most of what an answer costs. */
const drawn = new WeakMap<Badge, Drawn>()

/** The badge as an image, or 304 for who has these bytes already. */
export async function imageReply(
  looking: Badge | Promise<Badge>,
  headers: Request['headers'],
): Promise<Reply> {
  // Loaded here, while the registry answers: its table of letter widths costs a cold start 20 ms.
  const [look, { makeBadge }] = await Promise.all([looking, import('badge-maker')])
  const { etag, whole, known } = drawn.get(look) ?? draw(look, makeBadge)
  return has(headers['if-none-match'] ?? '', etag) ? known : whole
}

/** Whether an If-None-Match names these bytes. */
function has(noneMatch: string, etag: string): boolean {
  const tags = noneMatch.split(',').map((tag) => tag.trim().replace(/^W\//, ''))
  return tags.includes(etag) || tags.includes('*')
}

function draw(look: Badge, makeBadge: typeof import('badge-maker').makeBadge): Drawn {
  const { message, color } = look
  const svg = makeBadge({ label: LABEL, message: oneLine(message), color, style: 'flat' })
  const etag = `"${createHash('sha256').update(svg).digest('base64url')}"`
  const same = { ...NEVER_KEPT, ETag: etag }
  const headers = {
    ...same,
    'Content-Type': 'image/svg+xml; charset=utf-8',
    // Opened on its own, an SVG is a document.
    'Content-Security-Policy': "default-src 'none'; style-src 'unsafe-inline'; sandbox",
  }
  const known = { status: 304, headers: same, body: '' }
  const image = { etag, whole: { status: 200, headers, body: svg }, known }
  drawn.set(look, image)
  return image
}

/** The badge for shields.io, which refuses a document with any other key. https://shields.io/badges/endpoint-badge */
export function shieldsReply({ message, color, isError }: Badge): Reply {
  const document = { schemaVersion: 1, label: LABEL, message, color, isError, cacheSeconds: 300 }
  const reply = json(200, document)
  return { ...reply, headers: { ...reply.headers, ...NEVER_KEPT } }
}
