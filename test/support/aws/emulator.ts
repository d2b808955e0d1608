import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Lag, openAccount } from './account.ts'
import { answerEbs, ebsAction, type Reply, refuseInJson } from './ebs.ts'
import { answerEc2, refuseInXml } from './ec2.ts'
import { Refusal } from './refusal.ts'
import { checkSignature, type Keys } from './signature.ts'

/** Keys that the emulator knows, and the text of the secret aws-credentials that has them. */
export const KEYS = {
  accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
}
export const CREDENTIALS = `[default]\naws_access_key_id = ${KEYS.accessKeyId}\naws_secret_access_key = ${KEYS.secretAccessKey}\n`
export const REGION = 'eu-central-1'

/** What goes wrong with a call, so many times (1); `chance` of it otherwise. */
export type Fault = {
  action: string
  /** Calls that go well before. */
  after?: number
  times?: number
  chance?: number
} & ({ status: number; code: string; message?: string } | { hangUp: 'before' | 'after' })

type Options = {
  region?: string
  keys?: Keys
  lag?: Partial<Lag>
  /** Of the server's clock, in ms. */
  clock?: number
  /** Of a block, in ms. */
  latency?: number
  /** Actions that the keys may not call. */
  denied?: string[]
}

/**
 * AWS as far as we use it, on 127.0.0.1: the EBS direct APIs and EC2's Query API, strict where AWS is strict. It checks
 * every signature, block and checksum; what AWS is slow to see, it is slow to see as well.
 */
export async function startEmulator(options: Options = {}) {
  const { region = REGION, keys = KEYS, clock = 0, latency = 0, denied = [] } = options
  const folder = mkdtempSync(join(tmpdir(), 'artefacto-aws-'))
  const lag = { put: 2, look: 1, seal: 2, image: 1, ...options.lag }
  const now = () => Date.now() + clock
  const account = openAccount(folder, lag, now)
  const calls: string[] = []
  const faults: Fault[] = []
  const state = { keys, underWay: 0, most: 0 }

  function faultOf(action: string): Fault | undefined {
    const fault = faults.find((one) => one.action === action)
    if (fault === undefined) return undefined
    if (fault.chance !== undefined) return Math.random() < fault.chance ? fault : undefined
    if ((fault.after ?? 0) > 0) {
      fault.after = (fault.after ?? 0) - 1
      return undefined
    }
    fault.times = (fault.times ?? 1) - 1
    if (fault.times <= 0) faults.splice(faults.indexOf(fault), 1)
    return fault
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = Buffer.concat(await request.toArray())
    const { method = '', url = '', headers } = request
    const signed = { method, url, headers, body }
    const ebs = ebsAction(signed)
    const query = new URLSearchParams(ebs ? '' : body.toString())
    const action = ebs ?? query.get('Action') ?? ''
    calls.push(action)
    const fault = faultOf(action)
    if (fault && 'hangUp' in fault && fault.hangUp === 'before') return void response.destroy()
    if (ebs === 'PutSnapshotBlock' && latency > 0) await sleep(latency)
    const reply = replyTo(() => {
      checkSignature(signed, { service: ebs ? 'ebs' : 'ec2', region, keys: state.keys, now: now() })
      if (denied.includes(action))
        throw new Refusal(403, ebs ? 'AccessDeniedException' : 'UnauthorizedOperation', `may not ${action}`)
      if (fault && 'status' in fault) throw new Refusal(fault.status, fault.code, fault.message ?? 'as told')
      return ebs ? answerEbs(account, action, signed) : answerEc2(account, action, query)
    }, ebs !== undefined)
    if (fault && 'hangUp' in fault) return void response.destroy()
    const type = { 'content-type': 'application/json', date: new Date(now()).toUTCString() }
    response.writeHead(reply.status, { ...type, ...reply.headers }).end(reply.body)
  }

  const server = createServer((request, response) => {
    state.underWay += 1
    state.most = Math.max(state.most, state.underWay)
    answer(request, response)
      .catch(() => response.destroy())
      .finally(() => {
        state.underWay -= 1
      })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`

  return {
    /** The two endpoints, and what the SDK reads them from. */
    ebs: url,
    ec2: url,
    env: { AWS_ENDPOINT_URL_EBS: url, AWS_ENDPOINT_URL_EC2: url },
    account,
    /** What was called, in order. */
    calls,
    count: (action: string) => calls.filter((call) => call === action).length,
    faults,
    /** Keys may change while it runs; `most` is how many calls were under way at once. */
    state,
    /** The raw disk, rebuilt from the blocks that arrived. */
    rebuilt: (snapshot: string) => account.fileOf(snapshot),
    async close(): Promise<void> {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

export type Emulator = Awaited<ReturnType<typeof startEmulator>>

function replyTo(work: () => Reply, json: boolean): Reply {
  try {
    return work()
  } catch (error) {
    const refusal = error instanceof Refusal ? error : new Refusal(500, 'InternalFailure', String(error))
    return json ? refuseInJson(refusal) : refuseInXml(refusal)
  }
}
