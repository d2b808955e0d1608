import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { importsOf, ROOT, sourceFiles, textOf } from './source-files.ts'

const FUNCTIONS = ['webhook', 'build', 'badge', 'shared']
const SOURCES = FUNCTIONS.flatMap((name) => sourceFiles(`functions/${name}`)).filter(
  (file) => !file.endsWith('.d.ts'),
)
const WORDS = SOURCES.filter((file) => /^functions\/\w+\/words(?:\/[\w-]+)?\.ts$/.test(file))
const OTHERS = SOURCES.filter((file) => !WORDS.includes(file) && file !== 'functions/shared/failure.ts')

/** Calls that take a sentence for a person. */
const SPEAKING =
  /\b(?:new (?:Failure|WrongMethod|OtherProcess|Error)|ok|failed|warning|skipped|wholeStatus|refused|invalid|wrong|unknown|say|\w+\.write)\(/g

/** Names that are written with a capital wherever they stand. */
const NAMES = /^(?:GitHub|Docker)\b/

/** A word with parameters is put together with `x` for each of them; a table of words is each of its words. */
function spoken(name: string, word: unknown): [name: string, text: string][] {
  if (typeof word === 'string') return [[name, word]]
  if (typeof word === 'function') return [[name, String(word(...Array(word.length).fill('x')))]]
  return Object.entries(word as object).flatMap(([key, value]) => spoken(`${name}.${key}`, value))
}

/** The words of a file that another one says. */
function usedOf(file: string, other: string): string[] {
  const text = textOf(other)
  const imports = [...text.matchAll(/^import \* as (\w+) from '([^']+)'/gm)]
  const [, name] = imports.find(([, , what = '']) => join(other, '..', what) === file) ?? []
  const uses = name === undefined ? [] : [...text.matchAll(new RegExp(`\\b${name}\\.(\\w+)`, 'g'))]
  return uses.map(([, word = '']) => word)
}

/** What stands between a call's parentheses. */
function argumentsAt(text: string, from: number): string {
  let depth = 1
  let end = from
  for (; depth > 0 && end < text.length; end += 1) {
    if (text[end] === '(') depth += 1
    if (text[end] === ')') depth -= 1
  }
  return text.slice(from, end - 1)
}

/** The calls in a source that are handed a text of more than one word. */
function sentencesIn(source: string): string[] {
  const code = source.replace(/^\s*(?:\/\/|\/?\*).*$/gm, '').replace(/\$\{[^{}]*\}/g, '$${}')
  return [...code.matchAll(SPEAKING)]
    .map(({ 0: call, index }) => `${call}${argumentsAt(code, index + call.length)}`)
    .filter((call) => /'[^'\n]*\w \w[^'\n]*'|"[^"\n]*\w \w[^"\n]*"|`[^`]*[\w}:;,] [\w$][^`]*`/.test(call))
}

const words = suite('rules words')
words('each function has its own', () => {
  for (const name of FUNCTIONS)
    assert.ok(
      WORDS.some((file) => file.startsWith(`functions/${name}/words`)),
      name,
    )
})
words('no sentence for a person is written outside of them', () => {
  const found = OTHERS.flatMap((file) => sentencesIn(textOf(file)).map((call) => `${file}: ${call}`))
  assert.equal(found, [])
})
words('a Failure is never given a text of its own', () => {
  const own = /new (?:Failure\(\s*[^,()]+,|WrongMethod\(\s*[^,()]+,)\s*['"`]/
  assert.equal(
    OTHERS.filter((file) => own.test(textOf(file))),
    [],
  )
})
for (const file of WORDS) {
  words(`${file} puts words together, and does nothing else`, () => {
    assert.equal(importsOf(textOf(file)), [])
    assert.not.match(textOf(file), /=> \{|^(?:export )?(?:async )?(?:function|class|let)\b/m)
  })
  const loaded = import(join(ROOT, file)) as Promise<Record<string, unknown>>
  words(`every one of ${file} is used`, async () => {
    const used = new Set(OTHERS.flatMap((other) => usedOf(file, other)))
    const unused = Object.keys(await loaded).filter((name) => !used.has(name))
    assert.equal(unused, [])
  })
  words(`every one of ${file} begins and ends as all do`, async () => {
    const wrong = Object.entries(await loaded)
      .flatMap(([name, word]) => spoken(name, word))
      .filter(
        ([, text]) =>
          text.trim() !== text ||
          text === '' ||
          (/^[A-Z][a-z]/.test(text) && !NAMES.test(text)) ||
          /[.!]$| {2}|\n|undefined/.test(text),
      )
    assert.equal(wrong, [])
  })
}
words('are told from the rest', () => {
  assert.is(sentencesIn("throw new Failure('signature')").length, 0)
  assert.is(sentencesIn("throw new Failure('not_merged', words.notMerged(sha, branch))").length, 0)
  assert.is(sentencesIn("throw new Failure(\n'not_merged',\n`the commit is not merged`)").length, 1)
  assert.is(sentencesIn("return ok(NAME, 'it answers')").length, 1)
})
words.run()
