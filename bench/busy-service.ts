import type { Files } from '../local/github/server.ts'
import { smallService } from './small-service.ts'

/** As many rounds as take half a second on one core, and a wait as for a network. */
const BUILD = `const { scryptSync } = require('node:crypto')
for (let round = 0; round < 12; round += 1) scryptSync('artefacto', String(round), 64, { N: 2 ** 14 })
setTimeout(() => {}, 600)
`

/** A service whose build works on the CPU and waits, as real ones do; `word` makes its sources its own. */
export function busyService(name: string, base: string, word: string): Files {
  return {
    ...smallService(name, word),
    [`${name}/Dockerfile`]: `FROM ${base}\nCOPY . /app/\nRUN ["node", "/app/build.js"]\n`,
    [`${name}/build.js`]: BUILD,
  }
}
