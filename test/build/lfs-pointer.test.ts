import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { pointerFinder, pointerIn } from '../../functions/build/lfs-pointer.ts'

const OID = 'a'.repeat(64)
const VERSION = 'version https://git-lfs.github.com/spec/v1'
const POINTER = `${VERSION}\noid sha256:${OID}\nsize 12345\n`

const reading = suite('pointerIn')
for (const [title, text] of [
  ['as git-lfs writes it', POINTER],
  ['with lines of Windows', POINTER.replaceAll('\n', '\r\n')],
  ['without its last line end', POINTER.trimEnd()],
] as const)
  reading(`reads a pointer ${title}`, () => {
    assert.equal(pointerIn(Buffer.from(text)), { oid: OID, size: 12_345 })
  })
for (const [title, text] of [
  ['no content', `${VERSION}\n`],
  ['a content of another sort', POINTER.replace('sha256', 'md5')],
  ['half of a content', POINTER.replace(OID, 'a'.repeat(32))],
  ['no size', `${VERSION}\noid sha256:${OID}\n`],
  ['a size that is no number', POINTER.replace('12345', '1e9')],
  ['an extension that has changed the content', POINTER.replace('oid', `ext-0-zip sha256:${OID}\noid`)],
] as const)
  reading(`cannot read one that names ${title}`, () => {
    assert.is(pointerIn(Buffer.from(text)), 'unreadable')
  })
for (const text of ['', 'FROM scratch\n', ` ${POINTER}`, POINTER.replace('v1', 'v1.5'), 'version 1\n'])
  reading(`takes ${JSON.stringify(text.slice(0, 50))} for no pointer`, () => {
    assert.is(pointerIn(Buffer.from(text)), undefined)
  })
reading.run()

/** The pointers among these files, each of which holds one, beside .gitattributes. */
function found(attributes: Record<string, string>, ...paths: string[]): string[] {
  const finder = pointerFinder()
  for (const path of paths) finder.see(path, Buffer.from(POINTER))
  for (const [path, text] of Object.entries(attributes)) finder.see(path, Buffer.from(text))
  return finder.found().map(([path]) => path)
}
const LFS = '*.bin filter=lfs diff=lfs merge=lfs -text\n'
const finding = suite('pointerFinder')
finding('finds pointers below a .gitattributes that speaks of LFS, whichever comes first', () => {
  assert.equal(found({ '.gitattributes': LFS }, 'a.bin', 'web/b.bin'), ['a.bin', 'web/b.bin'])
  assert.equal(found({ 'web/.gitattributes': LFS }, 'a.bin', 'web/b.bin', 'webb/c'), ['web/b.bin'])
})
finding('leaves files as they are where none does', () => {
  assert.equal(found({}, 'a.bin'), [])
  assert.equal(found({ '.gitattributes': `# ${LFS}*.sh text\n` }, 'a.bin'), [])
  assert.equal(found({ '.gitattributes': '*.bin filter=lfs-not\n' }, 'a.bin'), [])
})
finding('looks at small files only', () => {
  const { looksAt } = pointerFinder()
  assert.equal([looksAt(130), looksAt(1023), looksAt(1024)], [true, true, false])
})
finding.run()
