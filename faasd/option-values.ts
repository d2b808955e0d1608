import { readCredentials } from '../functions/build/aws/credentials.ts'
import { readGrants } from '../functions/build/grant.ts'
import { readBranches } from '../functions/shared/branches.ts'
import { size } from '../functions/shared/environment.ts'
import type { Options } from './options.ts'
import { refused } from './usage.ts'

/** What each option's value must be; a wrong one is an Error with a sentence and the usage. */
export function repositories(value: string | undefined): string | undefined {
  const names = value?.split(/[\s,]+/).filter(Boolean)
  const wrong = names?.find((name) => !/^[A-Za-z0-9_.-]+\/(?:[A-Za-z0-9_.-]+|\*)$/.test(name))
  if (wrong !== undefined) throw refused(`--repositories ${wrong}: write owner/name or owner/*`)
  return names?.join(' ')
}

export function branches(value: string | undefined): string | undefined {
  if (value === undefined) return undefined
  try {
    return readBranches({ '--branch': value }, '--branch').join(' ')
  } catch (error) {
    throw refused((error as Error).message)
  }
}

export function grants(option: string, value: string | undefined): string | undefined {
  if (value === undefined) return undefined
  try {
    return readGrants({ [`--${option}`]: value }, `--${option}`)
      .map(({ repositories, name }) => `${repositories}:${name}`)
      .join(' ')
  } catch (error) {
    throw refused((error as Error).message)
  }
}

/** Empty: it is left alone. */
export function engineCache(value: string | undefined): string | undefined {
  try {
    size({ '--engine-cache': value }, '--engine-cache')
    return value
  } catch (error) {
    throw refused((error as Error).message)
  }
}

export function url(option: string, value: string | undefined): string | undefined {
  if (value === undefined) return undefined
  if (!URL.canParse(value) || !/^https?:$/.test(new URL(value).protocol))
    throw refused(`${option} ${value}: write an address that begins with https:// or http://`)
  return value.replace(/\/+$/, '')
}

export function port(option: string, value: string | undefined): number | undefined {
  if (value === undefined) return undefined
  const number = Number(value)
  if (!Number.isInteger(number) || number < 1 || number > 65_535)
    throw refused(`${option} ${value}: write a port from 1 to 65535`)
  return number
}

export function pull(value: string | undefined): Options['pull'] {
  if (value === undefined || value === 'off') return value && false
  const [, name, number] = /^([A-Za-z0-9][A-Za-z0-9.-]*)(?::(\d+))?$/.exec(value) ?? []
  if (name === undefined)
    throw refused(`--pull ${value}: write a host name or address, and :PORT if not 5443`)
  return { name, port: port('--pull', number) ?? 5443 }
}

export function region(value: string | undefined): string | undefined {
  if (value === undefined || value === '' || /^[a-z]{2}(?:-[a-z]+)+-\d+$/.test(value)) return value
  throw refused(`--aws-region ${value}: write a region such as eu-central-1, or nothing`)
}

/** An empty file takes the key away. */
export function awsCredentials(value: string | undefined): string | undefined {
  if (!value) return value
  try {
    readCredentials(value)
    return value
  } catch (error) {
    throw refused(`--aws-credentials: ${(error as Error).message}`)
  }
}

/** An empty file takes it away; what is in it is not shown. */
export function pem(option: string, what: 'CERTIFICATE' | 'PRIVATE KEY', value: string | undefined) {
  if (value && !new RegExp(`^-----BEGIN (?:RSA )?${what}-----`, 'm').test(value))
    throw refused(`${option}: the file has no "BEGIN ${what}" in it: it must be PEM`)
  return value
}

/** An empty file: nobody is told. A wrong line is not shown: it may be a secret. */
export function notifyUrls(value: string | undefined): string | undefined {
  const lines = (value ?? '').split('\n').map((line) => line.trim())
  const wrong = lines.findIndex((line) => line !== '' && !(/^https?:\/\//i.test(line) && URL.canParse(line)))
  if (wrong >= 0)
    throw refused(`--notify-urls: line ${wrong + 1}: write an address that begins with https:// or http://`)
  return value
}
