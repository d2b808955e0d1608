import type { Description, ImageConfig } from '../functions/shared/disk-request.ts'
import { Refusal } from './refusal.ts'

const LARGEST = 64
/** FAT's time ends soon after. */
const LATEST = Date.UTC(2100, 0, 1)
const WORDS = ['Entrypoint', 'Cmd', 'Env'] as const
const TEXTS = ['WorkingDir', 'User', 'StopSignal'] as const

/** Reads and checks a description; a Refusal says what is wrong with it. */
export function readDescription(text: string): Description {
  const value = parsed(text)
  need(/^sha256:[0-9a-f]{64}$/.test(String(value.image)), 'image must be a digest, sha256:…')
  need(
    value.architecture === 'amd64',
    `the image is for ${value.architecture}: only amd64 can become a disk`,
    422,
  )
  need(Date.parse(value.created) < LATEST, 'created must be a time before 2100')
  need(Number.isFinite(Date.parse(value.sent)), 'sent must be a time')
  need(/^[\w-]{8,64}$/.test(String(value.nonce)), 'nonce must be 8 to 64 letters or digits')
  const size = value.disk
  need(
    Number.isInteger(size) && size >= 1 && size <= LARGEST,
    `disk must be 1 to ${LARGEST} GiB, a whole number`,
  )
  const { boot } = value
  need(
    Array.isArray(boot) && boot.length <= 2 && boot.every((name) => ['bios', 'uefi'].includes(name)),
    'boot must be a list of bios and uefi',
  )
  checkConfig(value.config)
  return value
}

function parsed(text: string): Description {
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value === 'object' && value !== null) return value as Description
  } catch {}
  throw new Refusal(400, 'the description is not JSON')
}

function checkConfig(config: ImageConfig): void {
  need(typeof config === 'object' && config !== null, 'config must be the configuration of the image')
  for (const key of WORDS) need(isWords(config[key] ?? []), `${key} must be a list of texts without NUL`)
  for (const key of TEXTS) need(isText(config[key] ?? ''), `${key} must be a text without NUL`)
  need(typeof (config.ExposedPorts ?? {}) === 'object', 'ExposedPorts must be an object')
}

function isWords(value: unknown): boolean {
  return Array.isArray(value) && value.every(isText)
}

function isText(value: unknown): boolean {
  return typeof value === 'string' && !value.includes('\0')
}

function need(holds: boolean, message: string, status = 400): void {
  if (!holds) throw new Refusal(status, message)
}
