import { join } from 'node:path'
import { type GatewayOptions, startGateway } from '../../local/gateway/gateway.ts'
import { compiledHost } from '../local/host/compiled-host.ts'
import { type Answer, type Call, calling } from '../local/host/running-host.ts'
import type { Given } from './given.ts'

const FUNCTIONS = ['probe', 'mortal']
// As in stack.yml.
const ENVIRONMENT = { RAW_BODY: 'true', MAX_RAW_SIZE: '10mb' }
const READY_MS = 60_000

export type Contract = {
  /** the gateway's address */
  gateway: string
  /** the gateway's address as its queue worker reaches it */
  inside: string
  /** whether it is an OpenFaaS that somebody deployed, and not the embedded gateway */
  real: boolean
  call(path: string, call?: Call): Promise<Answer>
  /** what the probe was given in a call of /function/probe */
  given(path: string, call?: Call): Promise<Given>
  /** what it was given in calls with ?note=KEY, once there are `count` of them; each has begin and end */
  notes(key: string, count: number): Promise<Given[]>
  /** what a deploy of the same image does; embedded only */
  redeploy(name: string): Promise<void>
  /** the header for /system */
  admin: Record<string, string>
  close(): Promise<void>
}

/**
 * The gateway under test: the OpenFaaS at ARTEFACTO_GATEWAY with test/contract/stack.yml deployed, or else the
 * embedded one, with `more` of its options.
 */
export async function openContract(
  more: Pick<GatewayOptions, 'cutMs' | 'coldAnswers'> = {},
): Promise<Contract> {
  const { ARTEFACTO_GATEWAY: address, ARTEFACTO_GATEWAY_USER: user = 'admin' } = process.env
  const password = process.env.ARTEFACTO_GATEWAY_PASSWORD ?? 'open'
  const embedded = address ? undefined : await embeddedGateway(password, more)
  const gateway = address?.replace(/\/$/, '') ?? (embedded?.url as string)
  const call = (path: string, made?: Call) => calling(gateway, path, made)
  if (address) await Promise.all(FUNCTIONS.map((name) => answering(call, name)))
  const given = async (path: string, made?: Call) =>
    JSON.parse((await call(`/function/probe${path}`, made)).text)
  return {
    gateway,
    inside: embedded ? gateway : (process.env.ARTEFACTO_GATEWAY_INSIDE ?? 'http://gateway:8080'),
    real: embedded === undefined,
    call,
    given,
    notes: (key, count) => noted(call, key, count),
    admin: { authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}` },
    redeploy: async (name) => embedded?.restart(name),
    close: async () => embedded?.close(),
  }
}

function embeddedGateway(password: string, more: Partial<GatewayOptions>) {
  const dir = join(import.meta.dirname, 'probe')
  const host = compiledHost()
  return startGateway({
    port: 0,
    functions: () => FUNCTIONS.map((name) => ({ name, dir, env: ENVIRONMENT, host })),
    adminPassword: () => password,
    ...more,
  })
}

// After a deploy faasd answers 500 until node listens.
async function answering(call: Contract['call'], name: string): Promise<void> {
  const deadline = Date.now() + READY_MS
  for (;;) {
    const { status } = await call(`/function/${name}`)
    if (status === 200) return
    if (Date.now() > deadline)
      throw new Error(`${name} answers ${status}: deploy test/contract/stack.yml first`)
    await new Promise((resolve) => setTimeout(resolve, 200))
  }
}

async function noted(call: Contract['call'], key: string, count: number): Promise<Given[]> {
  const deadline = Date.now() + READY_MS
  for (;;) {
    const notes = JSON.parse((await call(`/function/probe?notes=${key}`)).text) as Given[]
    if (notes.length >= count) return notes
    if (Date.now() > deadline) throw new Error(`${notes.length} of ${count} notes for ${key}`)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}
