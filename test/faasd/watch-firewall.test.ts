import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { type Firewall, ruleOf } from '../../faasd/watch/firewall.ts'
import { whereIs } from '../../local/debian.ts'

const run = promisify(execFile)
const rules = suite('ruleOf')

/** The real iptables, in a network namespace of its own that ends with the shell. */
async function inNamespace(script: string): Promise<string> {
  return (await run('unshare', ['--net', 'sh', '-ec', script])).stdout
}
const root = process.getuid?.() === 0
for (const firewall of ['iptables', 'ip6tables'] as Firewall[]) {
  const program = whereIs(firewall)
  const able =
    root && program !== undefined && (await inNamespace(`${program} -w 3 -L`).catch(() => undefined))
  const title = `a rule that ${firewall} takes, and finds again`
  if (!able) {
    rules.skip(title)
    continue
  }
  rules(title, async () => {
    const words = ruleOf(firewall).join(' ')
    const listed = await inNamespace(
      `! ${program} -w 3 -C ${words} 2>/dev/null
       ${program} -w 3 -I ${words}; ${program} -w 3 -C ${words}; ${program} -S INPUT`,
    )
    assert.match(listed, /-p tcp .*--dport 8081 .*--comment artefacto -j DROP/)
  })
}
rules.run()
