import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { build } from 'esbuild'
import { writeValidators } from './validators.ts'

const FUNCTIONS = ['webhook', 'build', 'badge']

/**
 * One CommonJS file a function, with a package.json that has nothing to install: what stack.yml's `handler:`
 * points at, and what the embedded host runs. The template requires './function/handler' and runs `npm test`.
 */
export async function bundle(root: string): Promise<void> {
  writeValidators(root)
  await Promise.all([...FUNCTIONS.map((name) => bundleFunction(root, name)), bundleHost(root)])
}

async function bundleFunction(root: string, name: string): Promise<void> {
  const folder = join(root, 'dist', name)
  await mkdir(folder, { recursive: true })
  const absent = join(root, 'functions/absent.cjs')
  await build({
    entryPoints: [join(root, 'functions', name, 'handler.ts')],
    outfile: join(folder, 'handler.js'),
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    minify: true,
    keepNames: true,
    legalComments: 'none',
    // The template wants the function itself as module.exports.
    footer: { js: 'module.exports = module.exports.default' },
    // dockerode loads ssh, gRPC and tar for doors we do not use: 90 of 110 ms of its start (facts/npm.md 8).
    alias: Object.fromEntries(
      ['ssh2', '@grpc/grpc-js', '@grpc/proto-loader', 'protobufjs', 'tar-fs'].map((library) => [
        library,
        absent,
      ]),
    ),
    logLevel: 'warning',
  })
  const test = `node -e "if (typeof require('./handler.js') !== 'function') process.exit(1)"`
  const manifest = { name, private: true, main: 'handler.js', scripts: { test } }
  await writeFile(join(folder, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`)
}

async function bundleHost(root: string): Promise<void> {
  await build({
    entryPoints: [join(root, 'local/host/host.ts')],
    outfile: join(root, 'dist/host.cjs'),
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    minify: true,
    logLevel: 'warning',
  })
}

if (process.argv[1] === import.meta.filename) await bundle(join(import.meta.dirname, '..'))
