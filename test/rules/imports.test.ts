import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { importsOf, ROOT, sourceFiles, textOf } from './source-files.ts'

const FUNCTIONS = ['webhook', 'build', 'badge']

/** Files that only compute: the same input gives the same output, and no test of theirs needs a server. */
const PURE = [
  ...[
    'signature',
    'page-key',
    'images',
    'build-request',
    'badge-hint',
    'merge-record',
    'build-record',
    'record',
    'repositories',
    'environment',
    'http',
    'failure',
    'printable',
  ].map((name) => `functions/shared/${name}.ts`),
  ...FUNCTIONS.map((name) => `functions/${name}/config.ts`),
  'functions/webhook/decide.ts',
  'functions/webhook/delivery.ts',
  'functions/build/commit-status.ts',
  'functions/build/foresight.ts',
  'functions/badge/look.ts',
  'functions/badge/route.ts',
  'functions/badge/access.ts',
  'functions/badge/html.ts',
  'functions/badge/style.ts',
  ...['source-digest', 'plan', 'context', 'standing', 'protobuf', 'trace'].map(
    (name) => `functions/build/${name}.ts`,
  ),
].filter((file) => existsSync(join(ROOT, file)))

const EFFECTS = /^(?:axios|dockerode|node:(?:fs|http|https|http2|net|tls|child_process)(?:\/.*)?)$/

const boundaries = suite('rules imports')
for (const name of FUNCTIONS)
  boundaries(`${name} imports no other function`, () => {
    for (const file of sourceFiles(`functions/${name}`)) {
      const strangers = importsOf(textOf(file))
        .filter(({ what }) => what.startsWith('.'))
        .map(({ what }) => join(file, '..', what))
        .filter((path) => !path.startsWith(`functions/${name}/`) && !path.startsWith('functions/shared/'))
      assert.equal(strangers, [], file)
    }
  })
boundaries('shared imports nothing outside of itself', () => {
  for (const file of sourceFiles('functions/shared').filter((name) => !name.includes('/schema/')))
    assert.equal(
      importsOf(textOf(file)).filter(({ what }) => what.startsWith('..')),
      [],
      file,
    )
})
boundaries('the functions import nothing of tests and of the embedded default', () => {
  for (const file of sourceFiles('functions'))
    assert.equal(
      importsOf(textOf(file)).filter(({ what }) => /\/(?:test|local)\//.test(what)),
      [],
      file,
    )
})
for (const file of PURE)
  boundaries(`${file} is pure`, () => {
    const text = textOf(file)
    const reached = importsOf(text).filter(({ what, typeOnly }) => !typeOnly && EFFECTS.test(what))
    assert.equal(reached, [])
    assert.not.match(text, /process\.env|Date\.now\(|new Date\(\)|Math\.random/)
  })
boundaries('only the handlers read the environment', () => {
  const readers = sourceFiles('functions').filter((file) => textOf(file).includes('process.env'))
  assert.equal(
    readers.filter((file) => !/^functions\/[^/]+\/handler\.ts$/.test(file)),
    [],
  )
})
boundaries('no function loads axios, and badge loads badge-maker only when it needs it', () => {
  for (const file of sourceFiles('functions'))
    assert.not.match(textOf(file), /^import\s(?!type\s)[^'";]*?\sfrom\s+'(?:axios|badge-maker)'/m, file)
})
boundaries.run()
