import { existsSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import type { Box } from '../box.ts'
import { run } from '../command.ts'
import { faasCli, logInToGateway } from '../faas-cli.ts'
import type { Action } from './action.ts'
import { confine } from './confinement.ts'
import { ruleOf } from './firewall.ts'
import { outputOf } from './program.ts'

/** Does one thing. An Error says what of it failed. */
export async function act(action: Action, box: Box): Promise<void> {
  switch (action.do) {
    case 'restart':
      await run('systemctl', ['restart', action.unit])
      return
    case 'move aside':
      return moveAside(box, action.to)
    case 'deploy':
      return deploy(box, action.name)
    case 'close port':
      await outputOf(action.firewall, ['-w', '3', '-I', ...ruleOf(action.firewall)])
      return
    case 'confine':
      return confine(action.pid)
  }
}

/** NATS has the store open until faasd is down; faasd makes an empty one at its start. */
async function moveAside({ faasd }: Box, to: string): Promise<void> {
  await run('systemctl', ['stop', 'faasd'])
  try {
    const store = join(faasd, 'nats')
    if (existsSync(store)) renameSync(store, join(faasd, to))
  } finally {
    await run('systemctl', ['start', 'faasd'])
  }
}

async function deploy(box: Box, name: string): Promise<void> {
  await logInToGateway(box)
  // The template's one line for us is in the image already, and faas-cli stops where it finds no ./template.
  const args = ['deploy', '-f', join(box.state, 'stack.yml'), '--filter', name, '--read-template=false']
  await faasCli(box, args, { cwd: box.state })
}
