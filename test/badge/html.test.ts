import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { html, markup, trusted } from '../../functions/badge/html.ts'

const rows: [string, Parameters<typeof html>[1], string][] = [
  ['text', 'web', '<p>web</p>'],
  [
    'markup in a text',
    `<img src=x onerror="a('b')">&amp;`,
    '<p>&lt;img src=x onerror=&quot;a(&#39;b&#39;)&quot;&gt;&amp;amp;</p>',
  ],
  ['what turns text around, and line ends', 'a\u202eb\r\nc\u0000', '<p>a b  c </p>'],
  ['a number', 0, '<p>0</p>'],
  ['nothing', undefined, '<p></p>'],
  ['false', false, '<p></p>'],
  ['nested markup, as it is', html`<b>${'<'}</b>`, '<p><b>&lt;</b></p>'],
  ['a list of both', [html`<i></i>`, '<', ['x', 1]], '<p><i></i>&lt;x1</p>'],
  ['trusted text, as it is', trusted('<hr>'), '<p><hr></p>'],
]

const writing = suite('badge html')
for (const [title, value, expected] of rows)
  writing(`writes ${title}`, () => assert.is(markup(html`<p>${value}</p>`), expected))
writing('keeps a backslash of the template as it runs in JavaScript', () => {
  assert.is(markup(html`a\\b${'\\'}`), 'a\\b\\')
})
writing('takes nothing that came as JSON for markup', () => {
  const read = JSON.parse('{"markup":"<b>","Symbol(markup)":"<b>"}') as never
  assert.not.match(markup(html`<p>${read}</p>`), '<b>')
})
writing.run()
