import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { readIfThere, writePrivate } from '../registry/private-file.ts'
import type { Box } from './box.ts'
import { run } from './command.ts'
import { restart } from './restart.ts'

/** Where distributions keep the CAs that the machine's owner added, and how these are taken up. */
const STORES = [
  { folder: '/usr/local/share/ca-certificates', update: 'update-ca-certificates' },
  { folder: '/etc/pki/ca-trust/source/anchors', update: 'update-ca-trust' },
]

/**
 * faasd pulls the functions' images with the machine's own CAs and with the login in its .docker/config.json:
 * it knows no other way. Says what it changed.
 */
export async function keepTrust(box: Box): Promise<string[]> {
  return [...(await trustAuthority(box)), ...logIn(box)]
}

/** Takes the CA and the login away again. */
export async function removeTrust(box: Box): Promise<string[]> {
  const { file, update } = store()
  const done: string[] = []
  if (existsSync(file)) {
    await run('rm', ['-f', file])
    await run(update, [])
    done.push(`Removed ${file}`)
  }
  const path = loginFile(box)
  const config = readLogin(path)
  if (config?.auths?.[box.registry]) {
    delete config.auths[box.registry]
    if (Object.keys(config.auths).length === 0) delete config.auths
    if (Object.keys(config).length === 0) await run('rm', ['-f', path])
    else writePrivate(path, `${JSON.stringify(config, null, 2)}\n`)
    done.push(`Removed the login for ${box.registry} from ${path}`)
  }
  await run('rm', ['-f', join(box.state, 'trusted')])
  return done
}

async function trustAuthority(box: Box): Promise<string[]> {
  const { file, update } = store()
  const authority = readIfThere(join(box.state, 'secrets/registry-ca')) ?? ''
  // Written last: a run that was interrupted before the provider had started again does it all once more.
  const trusted = join(box.state, 'trusted')
  if (readIfThere(file) === authority && readIfThere(trusted) === authority) return []
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, authority)
  await run(update, [])
  // A Go program reads the machine's CAs once.
  await restart('faasd-provider')
  writePrivate(trusted, authority)
  return [`Added the registry's CA to this machine's own (${file})`]
}

function store(): { file: string; update: string } {
  const found = STORES.find(({ folder }) => existsSync(folder))
  if (!found) throw new Error(`this machine has no ${STORES.map(({ folder }) => folder).join(' and no ')}`)
  return { file: join(found.folder, 'artefacto.crt'), update: found.update }
}

type Login = { auths?: Record<string, { auth?: string }> }

function logIn(box: Box): string[] {
  const path = loginFile(box)
  const secret = (name: string) => readIfThere(join(box.state, 'secrets', name))?.trim()
  const auth = Buffer.from(`${secret('registry-user')}:${secret('registry-password')}`).toString('base64')
  const config = readLogin(path) ?? {}
  if (config.auths?.[box.registry]?.auth === auth) return []
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  const auths = { ...config.auths, [box.registry]: { auth } }
  writePrivate(path, `${JSON.stringify({ ...config, auths }, null, 2)}\n`)
  return [`Logged faasd in to ${box.registry} (${path})`]
}

function loginFile(box: Box): string {
  return join(box.faasd, '.docker/config.json')
}

function readLogin(path: string): Login | undefined {
  const text = readIfThere(path)
  return text === undefined ? undefined : (JSON.parse(text) as Login)
}
