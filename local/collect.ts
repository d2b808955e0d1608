import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { BOX } from '../faasd/box.ts'
import { collectBox } from '../faasd/collect/collect-box.ts'
import { readPlaces } from '../faasd/watch/places.ts'
import { type Collected, collectedLine } from '../registry/collected.ts'
import { collectLocal } from './collect-local.ts'

const USAGE = `npm run collect                     collect the registry's garbage, of npm start or of this faasd box
npm run collect -- --state FOLDER   the same, with another state folder`

async function main(args: string[], say: (line: string) => void): Promise<void> {
  const { state, help } = parseArgs({
    args,
    options: { state: { type: 'string' }, help: { type: 'boolean', short: 'h' } },
  }).values
  if (help) return say(USAGE)
  say(collectedLine(await collectAt(state, say)))
}

/** The folder that is named, else that of an `npm start` from here, else the box. */
function collectAt(state: string | undefined, say: (line: string) => void): Promise<Collected> {
  // npm changes into the repository; a relative path is meant from where the person is.
  const named = resolve(process.env.INIT_CWD ?? process.cwd(), state ?? '.artefacto')
  const folder = state === undefined && !existsSync(named) ? BOX.state : named
  return existsSync(join(folder, 'settings.json'))
    ? collectBox(readPlaces(folder).box, say)
    : collectLocal(folder, say)
}

await main(process.argv.slice(2), console.log).catch((error: Error) => {
  console.error(error.message)
  process.exitCode = 1
})
