import { join } from 'node:path'
import { buildSync } from 'esbuild'
import { passingFolder } from './passing-folder.ts'

/** Compiles local/host/host.ts as the project's bundler does, into a folder of its own; the path of host.js. */
export function compiledHost(): string {
  const outfile = join(passingFolder(), 'host.js')
  buildSync({
    entryPoints: [join(import.meta.dirname, '../../../local/host/host.ts')],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
  })
  return outfile
}
