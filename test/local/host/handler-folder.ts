import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { passingFolder } from './passing-folder.ts'

/** A folder with this handler.js, as `dist/<function>` is one; `source` is the body of the handler. */
export function handlerFolder(source: string): string {
  const folder = passingFolder()
  writeFileSync(join(folder, 'handler.js'), `module.exports = async (event, context) => {\n${source}\n}\n`)
  return folder
}
