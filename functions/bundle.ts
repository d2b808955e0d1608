import { readFileSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { build, type Plugin } from 'esbuild'
import { writeOpenapi } from './openapi/write.ts'
import { writeValidators } from './validators.ts'

const FUNCTIONS = ['webhook', 'build', 'badge']

/** What dockerode loads for doors that we do not use: 90 of 110 ms of its start. Measured: docs/decisions. */
const UNREACHED = ['ssh2', '@grpc/grpc-js', '@grpc/proto-loader', 'protobufjs', 'tar-fs']

/**
 * badge-maker measures text by four fonts' widths of all of Unicode, 900 KB. A badge of ours has one font and the
 * letters of tags and of our own words; a letter beyond Latin is taken for a wide one.
 */
const oneFont: Plugin = {
  name: 'one-font',
  setup: ({ onLoad }) =>
    onLoad({ filter: /anafanafo.data.[^/]*json$/ }, ({ path }) => {
      const widths = JSON.parse(readFileSync(path, 'utf8')) as [from: number, to: number, width: number][]
      const latin = path.endsWith('verdana-11px-normal.json') ? widths.filter(([, to]) => to < 0x250) : []
      const [, last = 0] = latin.at(-1) ?? []
      return { contents: JSON.stringify([...latin, [last + 1, 0x10ffff, 11]]), loader: 'json' }
    }),
}

/** AWS's SDK is a file of its own beside the handler, read when the first disk goes there. */
export const besideAws: Plugin = {
  name: 'beside-aws',
  setup: ({ onResolve }) =>
    onResolve({ filter: /\.\/sdk\.ts$/ }, () => ({ path: './aws.cjs', external: true })),
}

/**
 * The SDK describes EC2's hundreds of calls in objects whose keys are constants, `{ [_xN]: … }`: esbuild keeps them all,
 * because a computed key may do something. With plain keys only what we call is left (218 KB of 757).
 */
const plainKeys: Plugin = {
  name: 'plain-keys',
  setup: ({ onLoad }) =>
    onLoad({ filter: /client-ec2.dist-es.schemas.schemas_0\.js$/ }, ({ path }) => {
      const source = readFileSync(path, 'utf8')
      const words = new Map(
        [...source.matchAll(/^const (_\w+) = ("\w*");$/gm)].map(([, name, word]) => [name, word]),
      )
      return { contents: source.replace(/\[(_\w+)\]:/g, (key, name) => `${words.get(name) ?? key}:`) }
    }),
}

/**
 * One CommonJS file a function, with a package.json that has nothing to install: what stack.yml's `handler:`
 * points at, and what the embedded host runs. The template requires './function/handler' and runs `npm test`.
 */
export async function bundle(root: string): Promise<void> {
  writeValidators(root)
  writeOpenapi(root)
  await Promise.all([
    ...FUNCTIONS.map((name) => bundleFunction(root, name)),
    bundleAws(root),
    bundleHost(root),
  ])
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
    // Names stay as they are, for the log: to shorten and restore them would cost each closure a property of its own.
    minifyWhitespace: true,
    minifySyntax: true,
    // Node's own import() wakes its loader of ES modules.
    supported: { 'dynamic-import': false },
    legalComments: 'none',
    // The template wants the function itself as module.exports.
    footer: { js: 'module.exports = module.exports.default' },
    alias: Object.fromEntries(UNREACHED.map((library) => [library, absent])),
    plugins: [oneFont, besideAws],
    logLevel: 'warning',
  })
  const test = `node -e "if (typeof require('./handler.js') !== 'function') process.exit(1)"`
  const manifest = { name, private: true, main: 'handler.js', scripts: { test } }
  await writeFile(join(folder, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`)
}

async function bundleAws(root: string): Promise<void> {
  const absent = join(root, 'functions/absent.cjs')
  // Where keys are looked for, and signatures of several regions: ours are given, and for one.
  const unreached = ['@aws-sdk/credential-provider-node', '@aws-sdk/signature-v4-multi-region']
  await build({
    entryPoints: [join(root, 'functions/build/aws/sdk.ts')],
    outfile: join(root, 'dist/build/aws.cjs'),
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    mainFields: ['module', 'main'],
    minify: true,
    legalComments: 'none',
    alias: Object.fromEntries(unreached.map((library) => [library, absent])),
    plugins: [plainKeys],
    logLevel: 'warning',
  })
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
