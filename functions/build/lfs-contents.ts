import { createHash } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { Failure } from '../shared/failure.ts'
import { callHttp } from '../shared/http-call.ts'
import type { Content } from './context.ts'
import { fewAtOnce } from './few-at-once.ts'
import type { Link } from './lfs.ts'
import { metered } from './metered.ts'
import { contentIn } from './source.ts'
import type { Sources } from './sources.ts'
import * as words from './words/github.ts'
import * as refusals from './words/refusals.ts'

const DEADLINE_MS = 20_000

/** Where each of these files can be had; one that Git LFS does not have is a Failure `source_refused`. */
export async function findContents(
  sources: Pick<Sources, 'contents'>,
  repository: string,
  contents: readonly Content[],
): Promise<Map<Content, Link>> {
  const home = (content: Content) => content.repository ?? repository
  const found = await Promise.all(
    [...new Set(contents.map(home))].map(async (name) => {
      const own = contents.filter((content) => home(content) === name)
      const pointers = [...new Map(own.map((content) => [content.oid, content])).values()]
      const links = await sources.contents(name, pointers)
      return pointers.map((content): [Content, Link] => {
        const link = links.get(content.oid)
        if (link === undefined) throw new Failure('source_refused', refusals.notInLfs(content.path, name))
        return [content, link]
      })
    }),
  )
  return new Map(found.flat())
}

/** Downloads them into the folder of the source; bytes that are not those that git names are `source_broken`. */
export async function fetchContents(
  sources: Pick<Sources, 'contents'>,
  repository: string,
  contents: readonly Content[],
  folder: string,
): Promise<void> {
  const links = await findContents(sources, repository, contents)
  await fewAtOnce([...links], ([content, link]) => download(content, link, folder))
}

async function download({ oid, size, path }: Content, link: Link, folder: string): Promise<void> {
  const stall = new AbortController()
  const answer = await callHttp(link.href, {
    method: 'GET',
    headers: { 'user-agent': 'artefacto', 'accept-encoding': 'identity', ...link.header },
    silence: DEADLINE_MS,
    signal: stall.signal,
    ...(await link.trust?.(link.href)),
  }).catch((error: { code?: string; message: string }) => {
    throw new Failure('github_down', words.lfsSilent(error.code ?? error.message), error)
  })
  answer.setTimeout(0)
  const { statusCode: status = 0 } = answer
  if (status !== 200) {
    answer.destroy()
    throw new Failure('github_down', words.lfsAnswered(status, path))
  }
  const others = new Failure('source_broken', words.lfsOtherBytes(path))
  const out = createWriteStream(contentIn(folder, oid))
  const closed = new Promise<void>((resolve) => out.once('close', resolve))
  await pipeline(answer, metered(stall, size, { left: size }, others), named(oid, others), out).catch(
    async (error) => {
      // The folder is taken away next.
      await closed
      if (error instanceof Failure) throw error
      throw new Failure('source_broken', undefined, error)
    },
  )
}

/** Passes bytes on, and ends with `others` where their SHA-256 is not `oid`. */
function named(oid: string, others: Failure): Transform {
  const sha256 = createHash('sha256')
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      sha256.update(chunk)
      done(null, chunk)
    },
    flush: (done) => done(sha256.digest('hex') === oid ? null : others),
  })
}
