import { pageKey } from '../functions/shared/page-key.ts'
import { localLedger } from './follow.ts'
import { startFront } from './front/front.ts'
import type { Options } from './options.ts'
import type { Progress } from './progress.ts'
import { firstSecret } from './secrets.ts'
import type { Stack } from './stack.ts'
import type { State } from './state.ts'
import { rememberAddress } from './tunnel/addresses.ts'
import { type FoundProgram, findProgram } from './tunnel/program.ts'
import { reachable } from './tunnel/reachable.ts'
import { openTunnel } from './tunnel/tunnel.ts'
import { webhooksOf } from './webhook/connect.ts'

const REACHABLE_MS = 60_000

/** The tunnel and the front that it leads to. */
export type PublicDoor = {
  address: () => string
  /** Calls back whenever the address is another one than `known`; at once if it is so already. */
  whenMoved: (known: string, tell: (address: string) => void) => void
  stop: () => Promise<void>
}

/** The tunnel program that the options want; fails before anything is started if this machine lacks it. */
export function wantedProgram({ tunnel }: Options): FoundProgram | undefined {
  return tunnel && findProgram(tunnel)
}

/** Gives the gateway at `port`, which need not be there yet, a public address. */
export async function openPublicDoor(
  program: FoundProgram,
  port: number,
  state: State,
  say: (line: string) => void,
): Promise<PublicDoor> {
  let tell: (address: string) => void = () => {}
  const front = await startFront(port)
  const moved = (address: string) => {
    rememberAddress(state, address)
    tell(address)
  }
  const tunnel = await openTunnel({ program, port: front.port, state, say, moved }).catch(async (error) => {
    await front.close()
    throw error
  })
  rememberAddress(state, tunnel.address())
  return {
    address: tunnel.address,
    whenMoved: (known, then) => {
      tell = then
      if (tunnel.address() !== known) then(tunnel.address())
    },
    stop: async () => {
      await tunnel.stop()
      await front.close()
    },
  }
}

/**
 * Makes GitHub deliver to the door's address, and to each one that it has later: the functions that write links are
 * started anew with it, and the webhooks follow. `ends` is told what is to be done at the end.
 */
export async function connectGitHub(
  door: PublicDoor,
  known: string,
  around: {
    options: Options
    state: State
    stack: Stack
    progress: Progress
    ends: (stop: () => Promise<void>) => void
  },
): Promise<void> {
  const { options, state, stack, progress } = around
  const webhooks = webhooksOf(options.github, options.githubApiUrl, state)
  around.ends(() => webhooks.switchOff(progress.say))
  const lead = async (address: string) => {
    const reason = await reachable(address, REACHABLE_MS)
    if (reason !== undefined) {
      progress.say(`From here ${address} cannot be reached (${reason}); GitHub may know it all the same`)
    }
    await webhooks.lead(address, progress.say)
  }
  progress.step('Waiting until the public address answers, and setting up the webhook')
  await lead(known)
  let last = Promise.resolve()
  door.whenMoved(known, (address) => {
    last = last
      .then(async () => {
        if (address !== door.address()) return
        // A build that was going on begins again, with what its engine has cached.
        for (const name of ['badge', 'build']) await stack.gateway.restart(name, { public_url: address })
        await lead(address)
        const services = await localLedger(state, stack.registry.url).services()
        const lines = addressLines(address, services, state)
        progress.say(`The public address is now ${address}\n${lines.join('\n')}`)
      })
      .catch((error: Error) => progress.say(`The new address cannot be used: ${error.message}`))
  })
}

/** What a person copies: the page with its key, and the badge's Markdown for each service. */
export function addressLines(address: string, services: string[], state: State): string[] {
  const badge = `${address}/function/badge`
  const key = pageKey(firstSecret(state, 'payload-secret'), '*')
  const named = services.length > 0 ? services : ['SERVICE']
  return [
    `  webhook   ${address}/function/webhook`,
    `  page      ${badge}/?key=${key}`,
    '            (a secret link: whoever has it sees all histories and logs)',
    ...named.map((name) => `  badge     [![build](${badge}/${name}.svg)](${badge}/${name})`),
    ...(services.length > 0 ? [] : ['            (SERVICE: a service_name of images.json)']),
  ]
}
