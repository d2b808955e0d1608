import { randomBytes } from 'node:crypto'
import { parseArgs } from 'node:util'

export type Options = {
  seed: string
  /** How many merges are made; undefined: as many as fit into `seconds`. */
  merges: number | undefined
  /** How long all of it shall take, begin and end included; undefined: as long as the merges need. */
  seconds: number | undefined
  json: string | undefined
}

const USAGE = `npm run soak -- [options]

  --merges N     how many merges are made           (100, or what fits into --seconds)
  --seconds S    about how long all of it may take  (as long as the merges need)
  --seed X       the same seed gives the same plan  (a random one, printed)
  --json FILE    the table, for programs`

/** The words after the command; a wrong one is an Error with a sentence and the usage. */
export function readOptions(args: string[]): Options {
  const text = { type: 'string' } as const
  const options = { merges: text, seconds: text, seed: text, json: text }
  const { values } = parseArgs({ args, options })
  const seconds = values.seconds === undefined ? undefined : count('--seconds', values.seconds)
  const merges = values.merges === undefined ? undefined : count('--merges', values.merges)
  return {
    seed: values.seed ?? randomBytes(4).toString('hex'),
    merges: merges ?? (seconds === undefined ? 100 : undefined),
    seconds,
    json: values.json,
  }
}

function count(option: string, text: string): number {
  const value = Number(text)
  if (Number.isInteger(value) && value > 0) return value
  throw new Error(`${option} ${text}: write a whole number above 0\n\n${USAGE}`)
}
