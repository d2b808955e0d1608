import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { changesNothing } from '../../functions/build/gitattributes.ts'
import { git } from '../../local/github/git.ts'
import { gitSource } from './git-source.ts'

const FILES = { 'web/a.txt': 'a\r\n$Format:%H$ $Id$\nb\n', 'web/b.png': '\0\r\n' }

/** What `git archive` has of FILES with these attributes: the bytes of all files, by name. */
async function archived(attributes: string): Promise<string> {
  const { sha, folder, remove } = await gitSource({ ...FILES, '.gitattributes': attributes })
  try {
    const bytes = await git(`${folder}/shop.git`, ['archive', '--format=zip', '-0', sha, 'web'])
    // Of a zip that is not compressed the names and bytes stand as they are; the rest differs with the time.
    return ['web/a.txt', 'web/b.png', 'a\r\n$Format:%H$ $Id$\nb\n', '\0\r\n']
      .map((part) => bytes.includes(part))
      .join()
  } finally {
    remove()
  }
}

const attributes = suite('.gitattributes')
for (const text of [
  '',
  '# export-ignore\n\n',
  '* text=auto\n',
  '* text=auto eol=lf\r\n*.png binary\r\n',
  '*.txt text\n*.png -text -diff\n',
  '*.txt !text diff=cpp merge=union whitespace=tab-in-indent\n',
  '/vendor/** linguist-vendored linguist-language=Ruby\n',
])
  attributes(`change nothing in an archive: ${JSON.stringify(text)}`, async () => {
    assert.is(changesNothing(text), true)
    assert.is(await archived(text), 'true,true,true,true')
  })
for (const text of [
  '*.txt export-ignore\n',
  '*.txt export-subst\n',
  '*.txt text eol=crlf\n',
  '*.txt ident\n',
  '*.txt text working-tree-encoding=UTF-16\n',
])
  attributes(`change an archive: ${JSON.stringify(text)}`, async () => {
    assert.is(changesNothing(text), false)
    assert.is.not(await archived(text), 'true,true,true,true')
  })
for (const text of [
  '*.bin filter=lfs diff=lfs merge=lfs -text\n',
  '[attr]kept text\n',
  '"a b" export-ignore\n',
  '* crlf\n',
  '* of-our-own\n',
])
  attributes(`may change an archive: ${JSON.stringify(text)}`, () => {
    assert.is(changesNothing(text), false)
  })
attributes.run()
