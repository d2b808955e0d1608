import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { build, type Plugin } from 'esbuild'
import { writeValidators } from './validators.ts'

const FUNCTIONS = ['webhook', 'build', 'badge']

/**
 * What dockerode loads for doors that we do not use (90 of 110 ms of its start), and what axios loads for multipart
 * forms. Measured: docs/decisions.
 */
const UNREACHED = ['ssh2', '@grpc/grpc-js', '@grpc/proto-loader', 'protobufjs', 'tar-fs', 'form-data']

/** badge-maker measures text in four fonts, 900 KB of tables; our one style uses one of them. */
const oneFont: Plugin = {
  name: 'one-font',
  setup: ({ onLoad }) =>
    onLoad({ filter: /anafanafo.data.(helvetica|verdana-\d+px-bold|verdana-10px)[^/]*json$/ }, () => ({
      contents: '[[0,65535,7]]',
      loader: 'json',
    })),
}

/** axios looks at the global fetch when it is loaded, which loads undici; its http adapter is the one in use. */
const noFetch: Plugin = {
  name: 'no-fetch',
  setup: ({ onLoad }) =>
    onLoad({ filter: /axios.lib.adapters.fetch\.js$/ }, () => ({
      contents: 'export const getFetch = () => false',
    })),
}

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
    alias: Object.fromEntries(UNREACHED.map((library) => [library, absent])),
    plugins: [oneFont, noFetch],
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
