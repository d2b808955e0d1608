import { join } from 'node:path'
import { filesOfFolder } from '../local/github/adopt.ts'
import type { Files } from '../local/github/server.ts'
import { noise } from './noise.ts'

const MODULES = 300
const PICTURES = 20
const PACKAGES = ['ajv', 'axios', 'protobufjs', 'fast-uri', 'tar-stream', 'yaml']
const NODE_MODULES = join(import.meta.dirname, '../node_modules')

/** Compiles each module, as a bundler reads them all, and compresses what browsers will load. */
const BUILD = `const { mkdirSync, readdirSync, readFileSync, writeFileSync } = require('node:fs')
const { Script } = require('node:vm')
const { brotliCompressSync, constants } = require('node:zlib')
const named = (folder) => readdirSync(folder, { recursive: true }).filter((name) => name.endsWith('.js')).sort()
const texts = (folder) => named(folder).map((name) => [name, readFileSync(folder + '/' + name, 'utf8')])
const own = texts('src')
for (const [filename, text] of own) new Script(text, { filename }).createCachedData()
mkdirSync('dist')
const bundle = [...own, ...texts('node_modules')].map(([name, text]) => '// ' + name + '\\n' + text).join('\\n')
writeFileSync('dist/bundle.js', bundle)
const params = { [constants.BROTLI_PARAM_QUALITY]: 9 }
writeFileSync('dist/bundle.js.br', brotliCompressSync(bundle, { params }))
console.log(own.length + ' modules, ' + bundle.length + ' characters')
`

const DOCKERFILE = (base: string) => `FROM ${base}
WORKDIR /app
COPY package.json build.js ./
COPY vendor ./node_modules
COPY public ./public
COPY src ./src
RUN ["node", "build.js"]
USER node
CMD ["node", "dist/bundle.js"]
`

/**
 * A service as Node's are: 300 modules of its own, six packages of others that are kept in the repository, pictures,
 * and a step that compiles and compresses. Nothing of it is downloaded, so that it is the same every time.
 */
export function nodeService(name: string, base: string): Files {
  const modules = Array.from({ length: MODULES }, (_, index) => [
    modulePath(name, index),
    moduleText(index, ''),
  ])
  const pictures = Array.from({ length: PICTURES }, (_, index) => [
    picturePath(name, index),
    picture(index, 0),
  ])
  const vendored = PACKAGES.flatMap((own) =>
    Object.entries(filesOfFolder(join(NODE_MODULES, own))).map(([path, file]) => [
      `${name}/vendor/${own}/${path}`,
      file,
    ]),
  )
  return {
    [`${name}/Dockerfile`]: DOCKERFILE(base),
    [`${name}/package.json`]: `${JSON.stringify({ name, version: '1.0.0', private: true }, null, 2)}\n`,
    [`${name}/build.js`]: BUILD,
    ...Object.fromEntries([...modules, ...pictures, ...vendored]),
  }
}

/** One line of one of its modules is another. */
export function lineChanged(name: string, word: string): Files {
  return { [modulePath(name, 0)]: moduleText(0, word) }
}

/** What one commit of its history changes: a line of a module, a version in the lock file, a picture. */
export function worked(name: string, commit: number): Files {
  return {
    [modulePath(name, commit % MODULES)]: moduleText(commit % MODULES, String(commit)),
    [picturePath(name, commit % PICTURES)]: picture(commit % PICTURES, commit),
    [`${name}/package-lock.json`]: lockFile(commit),
  }
}

const modulePath = (name: string, index: number) => `${name}/src/part-${index % 20}/module-${index}.js`
const picturePath = (name: string, index: number) => `${name}/public/picture-${index}.png`

function picture(index: number, version: number): Buffer {
  return noise(index * 1_000 + version, 40_000)
}

function moduleText(index: number, word: string): string {
  const parts = Array.from(
    { length: 40 },
    (_, at) => `exports.step${at} = function step${at}(order, basket) {
  const total = order.lines.reduce((sum, line) => sum + line.price * ${index + at}, ${at})
  return { ...basket, total, note: 'module ${index} step ${at}' }
}
`,
  )
  return `// ${word}\n${parts.join('\n')}`
}

function lockFile(commit: number): string {
  const locked = Array.from({ length: 400 }, (_, index) => [
    `node_modules/package-${index}`,
    {
      version: `1.${Math.floor((commit + index) / 40)}.${index % 7}`,
      integrity: `sha512-${noise(index, 64).toString('base64')}`,
    },
  ])
  return `${JSON.stringify({ lockfileVersion: 3, packages: Object.fromEntries(locked) }, null, 2)}\n`
}
