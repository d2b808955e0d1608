import { type Description, signedEnd } from '../functions/shared/disk-request.ts'
import { signedGet, verify } from '../functions/shared/signature.ts'
import { readDescription } from './description.ts'
import { Refusal } from './refusal.ts'

/** A request is as old as its description says; clocks of one box agree better than that. */
const FRESH_MS = 5 * 60_000

export type Admission = {
  /** The description in the header, if it is signed, fresh and not seen before. */
  description(header: string | undefined, signature: string | undefined): Promise<Description>
  /** Whether `digest` (sha256:…), that of the layers as they came, is what the sender signed at its end. */
  end(header: string, digest: string, signature: string | undefined): Promise<void>
  /** A GET without a body. */
  get(path: string, signature: string | undefined): Promise<void>
}

/** Who may have a disk made: whoever knows one of the payload secrets. Refusals are cheap, and say what is missing. */
export function admission(secrets: () => Promise<readonly string[]>, now: () => number): Admission {
  const seen = new Map<string, number>()
  const check = async (signed: string, signature: string | undefined): Promise<void> => {
    if (!verify(await secrets(), signed, signature))
      throw new Refusal(
        401,
        'the signature is missing or does not fit: X-Hub-Signature-256, with the payload secret',
      )
  }
  return {
    async description(header, signature) {
      if (header === undefined) throw new Refusal(400, 'X-Artefacto-Description is missing')
      await check(header, signature)
      const description = readDescription(Buffer.from(header, 'base64').toString())
      if (Math.abs(now() - Date.parse(description.sent)) > FRESH_MS)
        throw new Refusal(401, 'the description was sent at another time: are the clocks right?')
      for (const [nonce, at] of seen) if (now() - at > 2 * FRESH_MS) seen.delete(nonce)
      if (seen.has(description.nonce)) throw new Refusal(401, 'this description has been used before')
      seen.set(description.nonce, now())
      return description
    },
    async end(header, digest, signature) {
      await check(signedEnd(header, digest), signature).catch(() => {
        throw new Refusal(
          401,
          'the layers of the image are not those that were signed: their SHA-256 differs',
        )
      })
    },
    get: (path, signature) => check(signedGet(path, ''), signature),
  }
}
