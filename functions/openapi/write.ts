import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { openapiDocument } from './document.ts'

/** Writes the description for people into docs, and as one line of text for badge to serve. */
export function writeOpenapi(root: string): void {
  const document = openapiDocument()
  writeFileSync(join(root, 'docs/openapi.json'), `${JSON.stringify(document, null, 2)}\n`)
  // A string within the code is only scanned when badge is loaded; an object would be built.
  const text = JSON.stringify(JSON.stringify(document))
  writeFileSync(join(root, 'functions/badge/openapi.generated.cjs'), `exports.openapi = ${text}\n`)
}
