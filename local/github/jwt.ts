import { verify } from 'node:crypto'
import type { GitHubApp } from './app.ts'
import type { Call } from './call.ts'
import { notFound, Refusal } from './reply.ts'

// https://docs.github.com/apps/creating-github-apps/authenticating-with-a-github-app/generating-a-json-web-token-jwt-for-a-github-app
const LIFE_MAX_S = 600

type Claims = { alg?: unknown; iss?: unknown; iat?: unknown; exp?: unknown }

/** The App that has signed a call, or GitHub's refusal of what it has signed. */
export function jwtOf({ site, headers }: Call): GitHubApp {
  const [, jwt] = /^bearer +(\S+)$/i.exec(String(headers.authorization ?? '')) ?? []
  const [head, body, signature] = jwt?.split('.') ?? []
  const { iss, iat, exp } = claimsOf(body)
  const { app } = site
  if (app === undefined) throw notFound()
  if (signature === undefined || iss === undefined) throw undecodable()
  if (String(iss) !== String(app.id)) throw new Refusal(404, 'Integration not found')
  const signed = Buffer.from(`${head}.${body}`)
  const { alg } = claimsOf(head)
  if (alg !== 'RS256' || !verify('sha256', signed, app.publicKey, Buffer.from(signature, 'base64url')))
    throw undecodable()
  const now = Math.floor(site.now().getTime() / 1000)
  if (!Number.isInteger(iat) || Number(iat) > now)
    throw claim(
      "'Issued at' claim ('iat') must be an Integer representing the time that the assertion was issued",
    )
  if (!Number.isInteger(exp) || Number(exp) <= now)
    throw claim(
      "'Expiration time' claim ('exp') must be a numeric value representing the future time at which the assertion expires",
    )
  if (Number(exp) > now + LIFE_MAX_S) throw claim("'Expiration time' claim ('exp') is too far in the future")
  return app
}

function claimsOf(part = ''): Claims {
  try {
    return JSON.parse(Buffer.from(part, 'base64url').toString()) as Claims
  } catch {
    return {}
  }
}

function undecodable(): Refusal {
  return new Refusal(401, 'A JSON web token could not be decoded')
}

function claim(message: string): Refusal {
  return new Refusal(401, message)
}
