import { join } from 'node:path'
import { readIfThere } from '../../registry/private-file.ts'
import { BOX, type Box } from '../box.ts'

/** Where the watcher looks, and what it needs to be let in. */
export type Places = {
  box: Box
  front?: { host: string; port: number; tls: boolean } | undefined
  pullPort?: number | undefined
  /** Whether there is the service ami. */
  ami?: boolean | undefined
  payloadSecret: string
  webhookSecret: string
  registryCa: string
}

type Told = Pick<Places, 'front' | 'ami'> & { pull?: { port: number } | null; box?: Partial<Box> }

/**
 * Reads settings.json and the secrets of a state folder. `box` in settings.json names what is not where a stock
 * faasd has it. What is missing is an Error that says so.
 */
export function readPlaces(folder: string): Places {
  const told = readSettings(folder)
  return {
    box: { ...BOX, ...told.box, state: folder },
    front: told.front,
    pullPort: told.pull?.port,
    ami: told.ami,
    payloadSecret: secret(folder, 'payload-secret'),
    webhookSecret: secret(folder, 'webhook-secret'),
    registryCa: secretText(folder, 'registry-ca'),
  }
}

function readSettings(folder: string): Told {
  const path = join(folder, 'settings.json')
  const text = readIfThere(path)
  if (text === undefined)
    throw new Error(`${folder} is no state folder of artefacto: it has no settings.json. Run the installer`)
  try {
    return JSON.parse(text) as Told
  } catch {
    throw new Error(`${path} is not JSON: run the installer, which writes it anew`)
  }
}

/** While a secret is being rotated it has two lines, and the first signs. */
function secret(folder: string, name: string): string {
  return (secretText(folder, name).split(/\r?\n/)[0] ?? '').trim()
}

function secretText(folder: string, name: string): string {
  const path = join(folder, 'secrets', name)
  const text = readIfThere(path)?.trim()
  if (!text) throw new Error(`the secret ${path} is missing or empty: run the installer`)
  return text
}
