import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { contextFor } from '../../functions/build/context.ts'
import { readTree } from '../../functions/build/source-tree.ts'
import { archiveIn } from '../build/git-source.ts'
import { pax, type Raw, SHA, TOP, tarball } from '../build/tar-bytes.ts'
import { failureOf } from '../support/failure-of.ts'

const folder = mkdtempSync(join(tmpdir(), 'hostile-archive-'))
const file = join(folder, 'source.tar.gz')
const entry = { service_name: 'web', version: '1', type: 'Docker' as const }
const dockerfile: Raw = { name: `${TOP}/web/Dockerfile`, body: 'FROM scratch\n' }

/** The context of web in an archive of these entries. */
async function contextOf(entries: Raw[]) {
  writeFileSync(file, tarball([{ name: `${TOP}/`, flag: '5' }, dockerfile, ...entries]))
  const tree = await readTree(archiveIn(file), SHA, ['web'], ['web/Dockerfile', 'web/.dockerignore'])
  return contextFor(entry, tree)
}
const link = (name: string, target: string): Raw => ({ name: `${TOP}/web/${name}`, flag: '2', link: target })

const taken = suite('a hostile archive is taken as git has it')
taken('links in a circle stay links: nobody follows them', async () => {
  const { files } = await contextOf([
    link('a', 'b'),
    link('b', 'a'),
    link('self', 'self'),
    link('up', '../web'),
  ])
  assert.equal([...files.keys()], ['Dockerfile', 'a', 'b', 'self', 'up'])
})
taken('a path of 200 folders', async () => {
  const deep = `${'d/'.repeat(200)}file`
  const { files } = await contextOf([pax({ path: `${TOP}/web/${deep}` }), { name: 'cut', body: 'x' }])
  assert.ok(files.has(deep))
})
taken('names that every object has', async () => {
  const names = ['__proto__', 'constructor', 'hasOwnProperty']
  const { files } = await contextOf(names.map((name) => ({ name: `${TOP}/web/${name}`, body: 'x' })))
  assert.equal([...files.keys()], ['Dockerfile', ...names])
})
taken.run()

const LONG = 'x'.repeat(9_900)
const refused = suite('a hostile archive is refused in one short line')
refused.after(() => rmSync(folder, { recursive: true }))
const HOSTILE: [string, Raw[]][] = [
  ['a link that climbs by many steps', [link('a', 'b/../../../etc/shadow')]],
  ['a link to the machine', [link('passwd', '/etc/passwd')]],
  ['a link whose target obeys', [link('a', '/\u001b]0;owned\u0007\u001b[2J')]],
  ['a hard link whose name obeys', [{ name: `${TOP}/web/\u001b[31m\u009b`, flag: '1', link: '/etc/shadow' }]],
  ['a name of 10 kB', [pax({ path: `/${LONG}` }), { name: 'cut', body: 'x' }]],
  ['a link to 10 kB', [pax({ linkpath: `/${LONG}` }), link('a', 'cut')]],
  ['a second folder of 10 kB', [pax({ path: `${LONG}-1a2b3c4/x` }), { name: 'cut', body: 'x' }]],
  ['a name with a line end by an extended header', [pax({ path: `${TOP}/web/a\nb` }), { name: 'cut' }]],
  ['the same file twice', [{ ...dockerfile, body: 'FROM evil\n' }]],
]
for (const [title, entries] of HOSTILE)
  refused(title, async () => {
    const { code, message } = await failureOf(contextOf(entries))
    assert.ok(code === 'source_refused' || code === 'source_broken', `${code}: ${message}`)
    assert.ok(message.length <= 2_000, `${message.length} letters`)
    assert.not.match(message, /\p{Cc}/u)
  })
refused.run()
