import { existsSync } from 'node:fs'
import { lastLine, program } from './program.ts'

export type Firewall = 'iptables' | 'ip6tables'

/** A firewall in which the rule is missing; `how` where it cannot be asked. */
export type OpenPort = { firewall: Firewall; how?: string }

const WHO: Record<Firewall, string[]> = { iptables: ['!', '-s', '10.62.0.0/16'], ip6tables: [] }

/**
 * faasd-provider listens on port 8081 of every address, and asks nobody for a password at /function/* and
 * /system/namespace/*: only the host itself and faasd's own bridge may reach it.
 */
export function ruleOf(firewall: Firewall): string[] {
  const from = ['-p', 'tcp', '--dport', '8081', '!', '-i', 'lo', ...WHO[firewall]]
  return ['INPUT', ...from, '-m', 'comment', '--comment', 'artefacto', '-j', 'DROP']
}

/** The firewalls of this host that leave the port open. One that is not installed is left out. */
export async function openPorts(): Promise<OpenPort[]> {
  const looks = await Promise.all(firewallsHere().map(lookAt))
  return looks.filter((look) => look !== undefined)
}

/** Those of this kernel. */
export function firewallsHere(): Firewall[] {
  return existsSync('/proc/net/if_inet6') ? ['iptables', 'ip6tables'] : ['iptables']
}

async function lookAt(firewall: Firewall): Promise<OpenPort | undefined> {
  try {
    const ended = await program(firewall, ['-w', '3', '-C', ...ruleOf(firewall)])
    if (ended === undefined || ended.code === 0) return undefined
    // 1 is "no such rule"; all else is a firewall that cannot be asked.
    return ended.code === 1 ? { firewall } : { firewall, how: lastLine(ended) }
  } catch (error) {
    return { firewall, how: (error as Error).message }
  }
}
