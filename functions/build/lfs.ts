import type { FromSchema } from 'json-schema-to-ts'
import { Failure } from '../shared/failure.ts'
import { bodyOf, callHttp, type HttpCall, jsonOf } from '../shared/http-call.ts'
import type { githubLfsBatchSchema } from '../shared/schema/github.ts'
import { isGithubLfsBatch } from '../shared/validators.generated.mjs'
import type { Config } from './config.ts'
import type { Access } from './github-access.ts'
import type { Trust } from './github-trust.ts'
import type { Pointer } from './lfs-pointer.ts'
import * as words from './words/github.ts'

/** GitHub answers 406 without it. */
const TYPE = 'application/vnd.git-lfs+json'

/** Contents that are asked for at once; git-lfs asks for no more. */
const BATCH = 100

const DEADLINE_MS = 20_000
const ANSWER_LIMIT = 1024 * 1024

/** What Git LFS says of a content that is not there, and will not be. */
const GONE = [404, 410, 422]

/** Where a content can be had, and the headers that open it: they are all that is sent there. `trust` is GitHub's. */
export type Link = { href: string; header: Record<string, string>; trust?: Trust }

type Batch = FromSchema<typeof githubLfsBatchSchema>

export type Lfs = ReturnType<typeof openLfs>

/**
 * GitHub's side of Git LFS (https://github.com/git-lfs/git-lfs/blob/main/docs/api/batch.md). It is asked at `githubUrl`,
 * beside the repositories; a .lfsconfig that names another server is not followed.
 */
export function openLfs(
  { githubUrl, githubApiUrl }: Pick<Config, 'githubUrl' | 'githubApiUrl'>,
  { credential, trust }: Access,
) {
  async function ask(repository: string, objects: Pointer[]): Promise<Batch> {
    const token = isSameHost(githubUrl, githubApiUrl) ? (await credential(repository)).token : undefined
    const basic = Buffer.from(`x-access-token:${token}`).toString('base64')
    const { status, value } = await post(`${githubUrl}/${repository}.git/info/lfs/objects/batch`, trust, {
      headers: {
        accept: TYPE,
        'content-type': TYPE,
        'user-agent': 'artefacto',
        ...(token && { authorization: `Basic ${basic}` }),
      },
      body: JSON.stringify({ operation: 'download', transfers: ['basic'], objects }),
    }).catch((error: { code?: string; message: string }) => {
      throw new Failure('github_down', words.lfsSilent(error.code ?? error.message), error)
    })
    if (status !== 200) throw refusal(repository, status, value)
    if (!isGithubLfsBatch(value)) throw new Failure('github_down', words.lfsUnpromised(repository))
    return value as Batch
  }

  /** Where each content is, by its oid; one that the server does not have is left out. */
  async function find(repository: string, pointers: Pointer[]): Promise<Map<string, Link>> {
    const links = new Map<string, Link>()
    for (let from = 0; from < pointers.length; from += BATCH) {
      const asked = pointers.slice(from, from + BATCH).map(({ oid, size }) => ({ oid, size }))
      for (const { oid, actions, error } of (await ask(repository, asked)).objects) {
        if (error && !GONE.includes(error.code))
          throw new Failure('github_down', words.lfsAnswered(error.code, oid))
        const { href, header = {} } = actions?.download ?? {}
        if (href === undefined) continue
        if (!isSafe(href, githubUrl)) throw new Failure('github_down', words.lfsPlain(repository))
        links.set(oid, { href, header, trust })
      }
    }
    return links
  }

  return { find }
}

/** `api.` before the host is GitHub's way; anywhere else the token of the one is none of the other's business. */
export function isSameHost(githubUrl: string, githubApiUrl: string): boolean {
  const [web, api] = [new URL(githubUrl), new URL(githubApiUrl)]
  return web.protocol === api.protocol && [web.hostname, `api.${web.hostname}`].includes(api.hostname)
}

/** Whether a content may be had at an address: by https, unless GitHub itself is asked without. */
export function isSafe(href: string, githubUrl: string): boolean {
  const protocol = URL.canParse(href) ? new URL(href).protocol : ''
  return protocol === 'https:' || (protocol === 'http:' && githubUrl.startsWith('http:'))
}

function refusal(repository: string, status: number, value: unknown): Failure {
  const { message } = (value ?? {}) as { message?: unknown }
  const says = typeof message === 'string' ? message.slice(0, 200) : ''
  const code =
    status === 429 ? 'github_limit' : [401, 403, 404].includes(status) ? 'github_refused' : 'github_down'
  return new Failure(code, words.lfsRefused(repository, status, says))
}

async function post(url: string, trust: Trust, call: Pick<HttpCall, 'headers' | 'body'>) {
  const answer = await callHttp(url, { method: 'POST', silence: DEADLINE_MS, ...call, ...(await trust(url)) })
  return { status: answer.statusCode ?? 0, value: jsonOf(await bodyOf(answer, ANSWER_LIMIT)) }
}
