import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Reply } from '../functions/shared/http.ts'

/** A folder with a function that always answers this. */
export function fixedAnswer({ status, headers, body }: Reply): string {
  const folder = mkdtempSync(join(tmpdir(), 'artefacto-fixed-'))
  const answer = `context.status(${status}).headers(${JSON.stringify(headers)}).succeed(${JSON.stringify(String(body))})`
  writeFileSync(join(folder, 'handler.js'), `module.exports = async (event, context) => ${answer}\n`)
  return folder
}
