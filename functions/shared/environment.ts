import { bytesOf, SIZE } from './size.ts'
import * as words from './words.ts'

export type Environment = Record<string, string | undefined>

const DURATION = /^(\d+)(ms|s|m|h)$/
const MILLISECONDS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 } as const

/** A duration in OpenFaaS's form (`45s`, `20m`), in milliseconds. */
export function duration(env: Environment, name: string, fallback: string): number {
  const text = env[name] || fallback
  const [, amount, unit] = DURATION.exec(text) ?? []
  if (amount === undefined) throw new Error(words.notDuration(name, text))
  return Number(amount) * MILLISECONDS[unit as keyof typeof MILLISECONDS]
}

/** A whole number from 1 up. */
export function count(env: Environment, name: string, fallback: number): number {
  const text = env[name] || String(fallback)
  if (!/^[1-9]\d{0,5}$/.test(text)) throw new Error(words.notCount(name, text))
  return Number(text)
}

/** A size such as 500m or 2g, in bytes; undefined where nothing is said. */
export function size(env: Environment, name: string): number | undefined {
  const text = env[name]
  if (!text) return undefined
  if (!new RegExp(SIZE).test(text)) throw new Error(words.notSize(name, text))
  return bytesOf(text)
}

/** An http or https URL without a slash at its end. */
export function url(env: Environment, name: string, fallback?: string): string {
  const text = env[name] || fallback
  if (text === undefined) throw new Error(words.noUrl(name))
  // `localhost:5000` would parse, as a URL of scheme `localhost:`.
  if (!/^https?:\/\//.test(text) || !URL.canParse(text)) throw new Error(words.notUrl(name, text))
  return text.replace(/\/+$/, '')
}

/** A word list, separated by commas or spaces. */
export function list(env: Environment, name: string, fallback = ''): string[] {
  return (env[name] || fallback).split(/[\s,]+/).filter((word) => word !== '')
}

/** A regular expression. */
export function expression(env: Environment, name: string, fallback: string): RegExp {
  const text = env[name] || fallback
  try {
    return new RegExp(text)
  } catch {
    throw new Error(words.notExpression(name, text))
  }
}
