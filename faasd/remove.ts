import { existsSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { Box } from './box.ts'
import { run } from './command.ts'
import { removeCore } from './core.ts'
import { faasCliFolder, logInToGateway } from './faas-cli.ts'
import { removeFunctions, stackFile } from './functions.ts'
import { removeSecrets } from './secrets.ts'
import { type Settings, writeSettings } from './settings.ts'
import { removeTrust } from './trust.ts'
import { removeUnits } from './units.ts'

/**
 * Takes back all that the installer added to the machine, the last first. Images, history, certificates and secrets
 * stay in the state folder: a later installation goes on with them.
 */
export async function removeAll(box: Box, settings: Settings, say: (line: string) => void): Promise<void> {
  const tell = (lines: string[]) => {
    for (const line of lines) say(line)
  }
  tell(await removeUnits(box))
  await logInToGateway(box)
  tell(await removeFunctions(box))
  tell(await removeSecrets(box, settings.secrets))
  writeSettings(box.state, { ...settings, secrets: {} })
  tell(await removeCore(box, settings))
  writeSettings(box.state, { ...settings, secrets: {}, gatewayPort: null })
  tell(await removeTrust(box))
  tell(await removeImages())
  for (const path of [stackFile(box), faasCliFolder(box), join(box.state, 'core'), join(box.state, 'ami')])
    if (existsSync(path)) rmSync(path, { recursive: true })
  say(`Images, history, certificates and secrets stay in ${box.state}`)
}

async function removeImages(): Promise<string[]> {
  const ctr = (...args: string[]) => run('ctr', ['--namespace', 'openfaas', 'images', ...args])
  const names = (await ctr('list', '--quiet'))
    .split('\n')
    .filter((name) => name.startsWith('docker.io/artefacto/'))
  for (const name of names) await ctr('remove', name)
  return names.map((name) => `Removed the image ${name}`)
}
