import type { Action } from './action.ts'
import type { Seen } from './observe.ts'

/** Something that is open: what closes it, or a note for a person where it cannot be seen. */
type Open = { key: string } & ({ action: Action; note?: undefined } | { note: string; action?: undefined })

/** The port of faasd-provider, and the service ami, which faasd starts with all that a core service has. */
export function whatToClose({ openPorts, ami }: Seen): Open[] {
  const ports = openPorts.map(({ firewall, how }): Open => {
    if (how !== undefined)
      return { key: firewall, note: `whether ${firewall} closes port 8081 cannot be seen: ${how}` }
    const say = `port 8081 of faasd-provider was open to everybody: closed it with ${firewall}`
    return { key: firewall, action: { do: 'close port', firewall, say } }
  })
  return [...ports, ...hold(ami)]
}

function hold(ami: Seen['ami']): Open[] {
  const key = 'ami'
  if (ami === undefined) return []
  if ('how' in ami) return [{ key, note: `whether artefacto-ami is held cannot be seen: ${ami.how}` }]
  if (ami.loose.length === 0) return []
  const say = `artefacto-ami was not held, as after each start of faasd (${ami.loose.join(', ')}): holding it`
  return [{ key, action: { do: 'confine', pid: ami.pid, say } }]
}
