import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { BOX } from '../faasd/box.ts'
import { type Places, readPlaces } from '../faasd/watch/places.ts'
import { gatewayFile } from '../local/gateway-file.ts'
import { livingPid } from '../local/pid-file.ts'
import { readIfThere } from '../registry/private-file.ts'
import type { Options } from './options.ts'

/** What is looked at, and where that has its things. */
export type Place = {
  kind: 'npm start' | 'faasd' | 'openfaas'
  gateway: string
  /** The folder with payload-secret, and perhaps webhook-secret. */
  secrets: string
  /** The gateway's password for /system. */
  password: string | undefined
  /** Folders whose disks matter. */
  disks: string[]
  /** The state folder, where this is the machine that has it. */
  state?: string
  box?: Places
}

const DOCKER = ['/var/lib/docker', '/var/lib/containerd']

/** Finds out where it is; an Error says what to do where nothing of ours is. */
export function findPlace({ state, gateway, secrets }: Options, folder: string): Place {
  if (gateway !== undefined && secrets !== undefined)
    return { kind: 'openfaas', gateway, secrets, password: passwordIn(secrets), disks: [] }
  const named = state ?? resolve(folder, '.artefacto')
  if (existsSync(join(named, 'settings.json'))) return faasdAt(named)
  if (livingPid(join(named, 'lock')) !== undefined) return startedIn(named)
  if (state === undefined && existsSync(join(BOX.state, 'settings.json'))) return faasdAt(BOX.state)
  throw new Error(
    `Nothing of artefacto runs with ${named}: npm start, or name it with --state FOLDER, ` +
      'or any other OpenFaaS with --gateway URL --secrets FOLDER',
  )
}

function startedIn(state: string): Place {
  const gateway = readIfThere(gatewayFile(state))
  if (gateway === undefined)
    throw new Error(`${state} is just being started, or ended: try again in a moment`)
  const secrets = join(state, 'secrets')
  const disks = [join(state, 'registry'), join(state, 'engine'), ...DOCKER]
  return { kind: 'npm start', gateway, secrets, password: passwordIn(secrets), disks, state }
}

function faasdAt(state: string): Place {
  const box = readPlaces(state)
  const { faasd, gateway } = box.box
  const password = passwordIn(join(faasd, 'secrets'))
  const disks = [join(state, 'registry'), ...DOCKER]
  return { kind: 'faasd', gateway, secrets: join(state, 'secrets'), password, disks, state, box }
}

function passwordIn(secrets: string): string | undefined {
  return readIfThere(join(secrets, 'basic-auth-password'))?.trim()
}
