import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { anchor, blocks, headings, pageAt, prose, quoted } from './markdown.ts'

const english = pageAt('README.md')
const spanish = pageAt('README.es.md')

/** What stands between one heading and the next, so that a difference is shown where it is. */
const sections = (text: string) => prose(text).split(/^(?=#)/m)
/** How deep each heading is, in order: the outline without its words. */
const outline = (text: string) => [...prose(text).matchAll(/^(#+) /gm)].map(([, marks = '']) => marks.length)
const rows = (text: string) => prose(text).match(/^ *\|.*$/gm) ?? []
/** Lists, paragraphs and tables: each run of lines by what it begins with, and how many items or rows it has. */
const shape = (text: string) =>
  sections(text).map((section) =>
    section
      .trim()
      .split(/\n\n+/)
      .map((part) => `${/^[#|-]|!\[/.exec(part)?.[0] ?? 'text'} ${part.match(/^ *[|-] /gm)?.length ?? 0}`),
  )
/** Where each link leads; a place in the page itself is the number of its heading, whose words are translated. */
const targets = (text: string) => {
  const places = headings(text).map(anchor)
  return [...prose(text).matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, target = '']) => target)
    .filter((target) => !/^README(?:\.es)?\.md$/.test(target))
    .map((target) => (target.startsWith('#') ? `#${places.indexOf(target.slice(1))}` : target))
}

const equal = suite('README.es.md says what README.md says')
equal('under the same headings, in as many paragraphs, list items and rows', () => {
  assert.equal(outline(spanish.text), outline(english.text))
  assert.equal(shape(spanish.text), shape(english.text))
})
equal('with the same commands and examples, byte for byte', () => {
  const plain = ({ language, text }: { language: string; text: string }) => `${language}\n${text}`
  assert.equal(blocks(spanish).map(plain), blocks(english).map(plain))
})
equal('naming the same settings, messages and files in each section and row', () => {
  // Word order differs between the languages.
  const named = (parts: string[]) => parts.map((part) => quoted(part).sort())
  assert.equal(named(rows(spanish.text)), named(rows(english.text)))
  assert.equal(named(sections(spanish.text)), named(sections(english.text)))
})
equal('with the same numbers', () => {
  // 2,000 is 2000 in Spanish, 100,000 has a space that does not break, and 1.5 is 1,5.
  const numbers = (part: string) =>
    (part.match(/\d+(?:[.,\u00a0]\d+)*/g) ?? []).map((number) => number.replace(/[,.\u00a0]/g, '')).sort()
  assert.equal(sections(spanish.text).map(numbers), sections(english.text).map(numbers))
})
equal('leading to the same pages and places', () => {
  assert.ok(!targets(spanish.text).includes('#-1'))
  assert.equal(targets(spanish.text), targets(english.text))
})
equal('and each leads to the other, right below its title', () => {
  assert.match(english.text, /^# .+\n\n\[Español\]\(README\.es\.md\)/)
  assert.match(spanish.text, /^# .+\n\n\[English\]\(README\.md\)/)
})
equal.run()
