import type { IncomingMessage } from 'node:http'
import { Readable } from 'node:stream'
import type Docker from 'dockerode'
import { Failure } from '../shared/failure.ts'
import { refuseClosed } from './closed-base.ts'
import { pruneCache } from './engine-cache.ts'
import { dialSession, PATIENCE_MS } from './engine-client.ts'
import { buildFailure, pushFailure } from './engine-failure.ts'
import { type EngineMessage, engineMessages } from './engine-messages.ts'
import type { Grants } from './grants.ts'
import { masking } from './masked.ts'
import type { Offer } from './offer.ts'
import { openSession } from './session.ts'
import { SOURCE_LABEL } from './source-digest.ts'
import { stepLog } from './step-log.ts'
import { decodeTrace } from './trace.ts'
import * as places from './words/places.ts'

export type Build = {
  offer: Offer
  dockerfile: string
  /** `host/repository:tag` that the image gets in the engine. */
  image: string
  args: Record<string, string>
  target: string | undefined
  /** As `linux/arm64`; undefined: the engine's own. */
  platform?: string | undefined
  labels: Record<string, string>
  grants: Grants
}

export type Credentials = { username: string; password: string }

/** The few things that build asks of a Docker Engine; the policy proxy on faasd lets through exactly these. */
export type Engine = ReturnType<typeof openEngine>

/** A failed step's own words are looked for in this much of the log's end, in characters. */
const TAIL = 2_000

/** A build may be silent for longer than this, in ms; the kernel of an engine's host is not, when ours asks it. */
const SILENT_MS = 15_000

export function openEngine(client: () => Promise<Docker>) {
  return {
    /** A Failure `engine_down` where it does not answer. Its version would take it longer: 20.10 asks runc for that. */
    async ping(): Promise<void> {
      const docker = await client()
      await soon(docker.ping()).catch(unreachable)
    },

    /** Its version; a Failure `engine_down` where it does not answer. */
    async version(): Promise<string> {
      const docker = await client()
      return (await soon(docker.version()).catch(unreachable)).Version
    },

    /** Builds with BuildKit; `write` gets the log as it comes. Ends the build when `signal` says so. */
    async build(build: Build, write: (text: string) => void, signal: AbortSignal): Promise<void> {
      const docker = await client()
      const session = await openSession(dialSession(docker), build.grants, build.offer).catch(unreachable)
      const say = stepLog()
      const masked = masking(build.grants.secrets.values())
      let tail = ''
      let image: string | undefined
      const keep = (text: string) => {
        tail = `${tail}${text}`.slice(-TAIL)
        write(text)
      }
      try {
        const answer = await docker.buildImage(
          // All that is built comes by the session. Without any body dockerode would send its options as one.
          Readable.from([]),
          {
            remote: 'client-session',
            // As a number it selects BuildKit and skips dockerode's own session (docs/decisions/0003).
            version: 2 as unknown as '2',
            session: session.id,
            t: build.image,
            dockerfile: build.dockerfile,
            buildargs: build.args,
            labels: build.labels,
            ...(build.target !== undefined && { target: build.target }),
            ...(build.platform !== undefined && { platform: build.platform }),
            // Or what another repository's password has brought is there for everybody.
            ...(build.grants.closed.length > 0 && { pull: true }),
            abortSignal: signal,
          } as Docker.ImageBuildOptions,
        )
        for await (const message of engineMessages(watched(answer))) {
          if (message.error !== undefined) throw buildFailure(masked(message.error), tail)
          if (message.id === 'moby.buildkit.trace') {
            const trace = decodeTrace(String(message.aux))
            keep(masked(say(trace)))
            refuseClosed(trace, build.grants.closed)
          }
          if (message.id === 'moby.image.id') image = (message.aux as { ID: string }).ID
        }
        if (image === undefined) throw new Failure('engine_error', places.noImage)
      } catch (error) {
        throw session.failure() ?? ended(error, signal, (words) => buildFailure(masked(words), tail))
      } finally {
        session.close()
      }
    },

    /** Pushes an image that it has; gives the digest that the registry knows it by. */
    async push(repository: string, tag: string, auth: Credentials, signal: AbortSignal): Promise<string> {
      const docker = await client()
      const [serveraddress] = repository.split('/')
      let digest: string | undefined
      try {
        const image = docker.getImage(repository)
        const options = { tag, authconfig: { ...auth, serveraddress }, abortSignal: signal }
        const answer: unknown = await image.push(options as Docker.ImagePushOptions)
        for await (const message of engineMessages(watched(answer))) {
          if (message.error !== undefined) throw pushFailure(message.error)
          digest = pushedDigest(message) ?? digest
        }
      } catch (error) {
        throw ended(error, signal, pushFailure)
      }
      if (digest === undefined) throw new Failure('engine_error', places.noDigest)
      return digest
    },

    /** Takes a tag of ours out of the engine; the build cache keeps the layers. One that is gone is fine. */
    async remove(image: string): Promise<void> {
      const docker = await client()
      await soon(docker.getImage(image).remove()).catch((error: EngineError) => {
        if (error.statusCode !== 404) unreachable(error)
      })
    },

    /** Whether it has an image of this name whose labels say that artefacto built it from the commit. */
    async hasOurs(image: string, sha: string): Promise<boolean> {
      const docker = await client()
      const found = await soon(docker.getImage(image).inspect()).catch((error: EngineError) => {
        if (error.statusCode !== 404) unreachable(error)
      })
      const labels = found?.Config.Labels ?? {}
      return SOURCE_LABEL in labels && labels['org.opencontainers.image.revision'] === sha
    },

    /** Takes from its build cache until `keep` bytes are left, whoever built that; gives how many it took. */
    async prune(keep: number): Promise<number> {
      return pruneCache(await client(), keep).catch(unreachable)
    },
  }
}

/** dockerode waits for ever for an engine that takes a request and does not answer. */
function soon<T>(answer: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(reject, PATIENCE_MS, new Error(places.noAnswerWithin(PATIENCE_MS / 1000)))
  })
  return Promise.race([answer, late]).finally(() => clearTimeout(timer))
}

/**
 * The engine's answer, which breaks where its host or the network is gone: else that would look like a long step, until
 * `build_timeout` blames the repository. Node's agents ask for it, and TLS drops their wish (seen in 20.20).
 */
function watched(answer: unknown): IncomingMessage {
  const message = answer as IncomingMessage
  message.socket.setKeepAlive(true, SILENT_MS)
  return message
}

/** The graph drivers say it in `aux`, the containerd store only in the last status (docs/decisions/0003). */
function pushedDigest({ status, aux }: EngineMessage): string | undefined {
  return (
    /digest: (sha256:[0-9a-f]{64})/.exec(status ?? '')?.[1] ??
    (aux as { Digest?: string } | undefined)?.Digest
  )
}

/** What the end of a build or push means: the caller's signal first, then the engine's words. */
function ended(error: unknown, signal: AbortSignal, meaning: (words: string) => Failure): Failure {
  if (signal.aborted && signal.reason instanceof Failure) return signal.reason
  if (error instanceof Failure) return error
  const { statusCode, json, code, message } = error as EngineError
  // Of what stands in front of the engine, not of the engine.
  if (statusCode !== undefined && statusCode > 500)
    return new Failure('engine_error', places.engineUnreached(statusCode), error)
  if (statusCode !== undefined) return meaning(json?.message ?? message)
  return new Failure('engine_error', places.engineBroke(code ?? message), error)
}

/** What dockerode rejects with: the engine's status and words, or the connection's code. */
type EngineError = { statusCode?: number; json?: { message?: string }; code?: string; message: string }

function unreachable(error: EngineError): never {
  const reason = error.json?.message ?? error.code ?? error.message
  throw new Failure('engine_down', places.engineSilent(reason), error)
}
