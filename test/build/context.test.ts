import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { contextFor, decidingFiles } from '../../functions/build/context.ts'
import type { SourceTree, TreeFile } from '../../functions/build/source-tree.ts'
import type { Entry } from '../../functions/shared/images.ts'
import { failureOf } from '../support/failure-of.ts'

const WEB: Entry = { service_name: 'web', version: '1.0.0', type: 'Docker' }

/** A repository of these files; of those with a text the bytes are kept, as for Dockerfiles and ignore files. */
function tree(texts: Record<string, string>, others: string[] = [], links: Record<string, string> = {}) {
  const file = (path: string, target = ''): [string, TreeFile] => [
    path,
    { mode: target ? '120000' : '100644', blob: `blob of ${path}`, size: 1, target },
  ]
  return {
    files: new Map([
      ...[...Object.keys(texts), ...others].map((path) => file(path)),
      ...Object.entries(links).map(([path, target]) => file(path, target)),
    ]),
    texts: new Map(Object.entries(texts).map(([path, text]) => [path, Buffer.from(text)])),
    submodules: [],
    attributes: new Set(),
    plain: true,
  } satisfies SourceTree
}
const sent = (of: SourceTree, entry: Partial<Entry> = {}) => [
  ...contextFor({ ...WEB, ...entry }, of).files.keys(),
]
const refusal = async (of: SourceTree, entry: Partial<Entry> = {}) => {
  const { code, message } = await failureOf(() => contextFor({ ...WEB, ...entry }, of))
  assert.is(code, 'source_refused')
  return message
}
const FROM = 'FROM scratch\n'

const context = suite('contextFor')
context('takes the folder of the service, and names its files from there', () => {
  const of = tree({ 'web/Dockerfile': FROM }, ['web/src/a', 'webshop/b', 'README.md'])
  const found = contextFor(WEB, of)
  assert.equal([...found.files.keys()], ['Dockerfile', 'src/a'])
  assert.equal([found.folder, found.dockerfile], ['web', 'Dockerfile'])
  assert.is(found.dockerfileBytes.toString(), FROM)
  assert.is(found.dockerfileBlob, 'blob of web/Dockerfile')
})
context('takes the whole repository for "."', () => {
  assert.equal(sent(tree({ Dockerfile: FROM }, ['a', 'b/c']), { context: '.' }), ['Dockerfile', 'a', 'b/c'])
})
context('takes another folder and Dockerfile, written in whatever way', () => {
  const of = tree({ 'services/api/docker/prod': FROM }, ['services/api/a'])
  const found = contextFor({ ...WEB, context: './services//api/', dockerfile: './docker/prod' }, of)
  assert.equal([...found.files.keys()], ['docker/prod', 'a'])
  assert.is(found.dockerfile, 'docker/prod')
})
context('sends the Dockerfile even where .dockerignore leaves it out', () => {
  const found = contextFor(WEB, tree({ 'web/Dockerfile': FROM, 'web/.dockerignore': '*\n!a' }, ['web/a']))
  assert.equal([...found.files.keys()], ['a'])
  assert.is(found.dockerfileBytes.toString(), FROM)
})
context("lets the Dockerfile's own ignore file go before the shared one", () => {
  const of = tree({ 'web/prod': FROM, 'web/prod.dockerignore': 'a', 'web/.dockerignore': 'b' }, [
    'web/a',
    'web/b',
  ])
  assert.equal(sent(of, { dockerfile: 'prod' }), ['prod', 'prod.dockerignore', '.dockerignore', 'b'])
})
context("does not apply the repository's ignore file to a service's folder", () => {
  assert.equal(sent(tree({ 'web/Dockerfile': FROM, '.dockerignore': 'a' }, ['web/a'])), ['Dockerfile', 'a'])
})
context('says which files decide, whether they exist or not', () => {
  assert.equal(decidingFiles(WEB), ['web/Dockerfile', 'web/Dockerfile.dockerignore', 'web/.dockerignore'])
  assert.equal(decidingFiles({ ...WEB, context: '.', dockerfile: 'd/f' }), [
    'd/f',
    'd/f.dockerignore',
    '.dockerignore',
  ])
})
context('refuses a folder that is not there, and one that is a file', async () => {
  const of = tree({ 'api/Dockerfile': FROM }, ['web'])
  assert.is(await refusal(of), 'web: the folder web is not in the repository')
})
context('refuses a service without a Dockerfile', async () => {
  assert.is(await refusal(tree({}, ['web/a'])), 'web: there is no Dockerfile at web/Dockerfile')
})
context('refuses a Dockerfile that is a folder', async () => {
  assert.is(await refusal(tree({}, ['web/Dockerfile/a'])), 'web: there is no Dockerfile at web/Dockerfile')
})
context('refuses a Dockerfile that is a link', async () => {
  const of = tree({ 'web/prod': FROM }, [], { 'web/Dockerfile': 'prod' })
  assert.is(await refusal(of), 'web: there is no Dockerfile at web/Dockerfile')
})

const LEAVING = ['/etc/passwd', '../../secret', '../web/../../x', 'a/../../../x', '..//../x']
for (const target of LEAVING)
  context(`refuses a link to ${target}`, async () => {
    const of = tree({ 'web/Dockerfile': FROM }, [], { 'web/link': target })
    assert.is(await refusal(of), `web/link is a link to ${target}, which is outside the repository`)
  })
for (const target of ['a', './a', '../README.md', '../web/a', 'a/../b', 'nowhere'])
  context(`takes a link to ${target}`, () => {
    assert.equal(sent(tree({ 'web/Dockerfile': FROM }, [], { 'web/link': target })), ['Dockerfile', 'link'])
  })
context('does not look at a link that .dockerignore leaves out', () => {
  const of = tree({ 'web/Dockerfile': FROM, 'web/.dockerignore': 'link' }, [], { 'web/link': '/etc/passwd' })
  assert.equal(sent(of), ['Dockerfile', '.dockerignore'])
})
context.run()
