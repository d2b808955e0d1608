import { join } from 'node:path'
import { build } from 'esbuild'

/** What runs by a timer of the box. */
export type Timed = 'watch' | 'collect'

/** Writes one of them as one CommonJS file that needs nothing but Node 20 and the host's own programs. */
export async function bundleTimed(name: Timed, outfile: string): Promise<void> {
  await build({
    entryPoints: [join(import.meta.dirname, name, 'main.ts')],
    outfile,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    minify: true,
    legalComments: 'none',
    logLevel: 'warning',
  })
}
