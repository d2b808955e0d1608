import { request } from 'node:http'
import { text } from 'node:stream/consumers'
import { Failure } from '../shared/failure.ts'
import { sign, signedGet } from '../shared/signature.ts'
import type { Address } from './request-disk.ts'
import * as words from './words/ami-service.ts'

/** What the service is made by; `qemu`: whether it can test a disk; `free`: bytes in its work folder. */
export type AmiAnswer = { recipe: string; kernel: string; qemu: boolean; free: number }

/** The service answers, and has another payload secret than we. */
export class AmiDistrusts extends Failure {
  constructor() {
    super('ami_down', words.refusesUs)
  }
}

/** It only reads a file and asks the kernel; a disk that is being made is made by other processes. */
const LIMIT_MS = 4_000

/** Where `ami_host` leads: `tcp://host:port` or `unix:///path`. Anything else is a Failure that says so. */
export function amiAddress(amiHost: string): Address {
  if (amiHost.startsWith('unix:///')) return { socketPath: amiHost.slice('unix://'.length) }
  const url = URL.canParse(amiHost) ? new URL(amiHost) : undefined
  if (url === undefined || url.hostname === '' || url.port === '' || url.href !== `tcp://${url.host}`)
    throw new Failure('ami_down', words.notHost(amiHost))
  return { host: url.hostname.replace(/^\[|\]$/g, ''), port: Number(url.port) }
}

/** Asks the service what it is. A Failure `ami_down` says why there is no answer; AmiDistrusts is one. */
export async function askAmi(address: Address, secret: string): Promise<AmiAnswer> {
  const { status, body } = await get(address, sign(secret, signedGet('/', ''))).catch((error: Error) => {
    throw new Failure('ami_down', words.silent(whyNot(error)), error)
  })
  if (status === 401) throw new AmiDistrusts()
  if (status !== 200) throw new Failure('ami_down', words.answers(status))
  const answer = parsed(body)
  if (typeof answer?.recipe !== 'string') throw new Failure('ami_down', words.otherProgram)
  return answer as AmiAnswer
}

async function get(address: Address, signature: string): Promise<{ status: number; body: string }> {
  const headers = { 'X-Hub-Signature-256': signature }
  return new Promise((resolve, reject) => {
    const call = request(
      { ...address, path: '/', agent: false, headers, signal: AbortSignal.timeout(LIMIT_MS) },
      (answer) => {
        text(answer).then((body) => resolve({ status: answer.statusCode ?? 0, body }), reject)
      },
    )
    call.once('error', reject).end()
  })
}

function parsed(body: string): Partial<AmiAnswer> | undefined {
  try {
    return JSON.parse(body) as Partial<AmiAnswer>
  } catch {
    return undefined
  }
}

function whyNot(error: Error & { code?: string }): string {
  return error.name === 'AbortError' ? words.noAnswerWithin(LIMIT_MS / 1000) : (error.code ?? error.message)
}
