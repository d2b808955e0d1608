import { Agent } from 'node:https'
import type { Socket } from 'node:net'

/** ms; of the servers that close what nobody uses, the first ones do after 5 s (Node, Apache). */
const IDLE_MS = 4_000

/**
 * Keeps connections, but none that nobody has used for four seconds: what is sent in the moment in which the other side
 * closes one is lost (ECONNRESET). The option `timeout` would hold for connecting as well; without it Node leaves a
 * server's `Keep-Alive: timeout=5` aside.
 */
export class KeptAgent extends Agent {
  override keepSocketAlive(socket: Socket): boolean {
    const kept = super.keepSocketAlive(socket) as unknown as boolean
    socket.setTimeout(IDLE_MS)
    return kept
  }
}
