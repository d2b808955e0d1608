import { join } from 'node:path'
import { build } from 'esbuild'

/** Writes the watcher as one CommonJS file that needs nothing but Node 20 and the host's own programs. */
export async function bundleWatch(outfile: string): Promise<void> {
  await build({
    entryPoints: [join(import.meta.dirname, 'main.ts')],
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
