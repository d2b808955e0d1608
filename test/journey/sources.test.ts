import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { gunzipSync } from 'node:zlib'
import { extract } from 'tar-stream'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { foresightLine } from '../../functions/build/foresight.ts'
import { fileAt, findCommit } from '../../local/committed.ts'
import { foreseeCommit } from '../../local/foreseen.ts'
import type { Files } from '../../local/github/server.ts'
import { images, type Journey, name, openJourney, REPOSITORY } from '../support/journey.ts'
import { latest, statusesAt } from '../support/statuses.ts'

const LIB = `acme/${name('lib')}`
const FILM = 'a film of a shop\n'
const sources = suite('a merge with submodules and files in Git LFS')
const clone = mkdtempSync(join(tmpdir(), 'sources-test-'))
let world: Journey
let lib = ''
let number = 0

/** The service `web`: a file of a submodule, and one that lies in Git LFS. */
const shop = (version: string, film = FILM): Files => ({
  ...images({ web: version }),
  'web/Dockerfile': 'FROM scratch\nCOPY lib/text film.bin /\n',
  '.gitattributes': '*.bin filter=lfs diff=lfs merge=lfs -text\n',
  'web/film.bin': { lfs: film },
  '.gitmodules': `[submodule "lib"]\n\tpath = web/lib\n\turl = ../${LIB.slice('acme/'.length)}.git\n`,
  'web/lib': { submodule: lib },
})

sources.before(async () => {
  world = await openJourney()
  writeFileSync(join(world.state.secrets, 'github-token'), 'ghp_test')
  await world.github.create(LIB)
  lib = (await world.github.push(LIB, { files: { text: 'of the library\n' }, deliver: false })).sha
})
sources.after(async () => {
  await world.close()
  rmSync(clone, { recursive: true })
})

/** All files of an image, by path. */
async function filesOf(version: string): Promise<Record<string, string>> {
  const manifest = await world.registry.manifest('web', version)
  const files: Record<string, string> = {}
  for (const { digest } of JSON.parse(`${manifest?.bytes}`).layers) {
    const untar = extract()
    untar.end(gunzipSync(await world.registry.blob('web', digest)))
    for await (const entry of untar)
      files[entry.header.name] = (await buffer(entry as unknown as Readable)).toString()
  }
  return files
}
const asked = (from: number, what: RegExp) =>
  world.github.requests.slice(from).filter(({ path }) => what.test(path)).length

sources('is built from what they stand for', async () => {
  const record = await world.merge(shop('1.0.0'))
  assert.is(record.state, 'built', record.reason)
  assert.equal(await filesOf('1.0.0'), { text: 'of the library\n', 'film.bin': FILM })
  await world.badge('web', '1.0.0')
})
sources('is unchanged while they are, and downloads nothing from Git LFS for it', async () => {
  const from = world.github.requests.length
  const record = await world.merge({ 'README.md': '# more\n' })
  assert.is(record.services[0]?.state, 'unchanged', record.reason)
  assert.is(asked(from, /lfs|alambic/), 0)
})
sources('fails under the same version when a submodule, or a content, is another', async () => {
  const next = (await world.github.push(LIB, { files: { text: 'newer\n' }, deliver: false })).sha
  for (const change of [{ 'web/lib': { submodule: next } }, shop('1.0.0', 'another film\n')]) {
    const record = await world.merge(change)
    assert.equal([record.state, record.reason], ['failed', 'web: version 1.0.0 of web is taken; raise it'])
  }
})
sources('waits while Git LFS is down, and is built when it is there', async () => {
  world.github.faults.add({ match: 'objects/batch', status: 502 })
  const { sha } = await world.github.merge(REPOSITORY, { files: shop('1.1.0', 'a second film\n') })
  const repositoryId = await world.id()
  const record = await world.until('the reason', async () => {
    const found = await world.ledger.merge(repositoryId, sha)
    return found?.reason !== undefined && found
  })
  assert.equal([record.state, record.services], ['queued', []])
  assert.match(record.reason ?? '', /^GitHub's LFS of .* answered 502/)
  world.github.faults.clear()
  await world.catchUp()
  assert.is((await world.ended(sha)).state, 'built')
  assert.is((await filesOf('1.1.0'))['film.bin'], 'a second film\n')
})

/** What a pull request's status says of these files, and `npm run check` in a clone of them. */
async function said(files: Files): Promise<{ told: string; line: string }> {
  const pull = number === 0 ? await world.github.openPull(REPOSITORY, { files }) : undefined
  const { sha } = pull ?? (await world.github.pushToPull(REPOSITORY, number, { files }))
  number = pull?.number ?? number
  const told = await world.until(
    'a status',
    async () => latest(await statusesAt(world.github, sha)).artefacto,
  )
  const to = join(clone, sha)
  const git = (...args: string[]) =>
    execFileSync('git', ['-c', 'protocol.file.allow=always', ...args], { stdio: 'pipe' })
  git('clone', '--quiet', join(world.state.github, `${REPOSITORY}.git`), to)
  git('-C', to, 'fetch', '--quiet', 'origin', sha)
  git('-C', to, '-c', 'advice.detachedHead=false', 'checkout', '--quiet', sha)
  try {
    git('-C', to, 'submodule', '--quiet', 'update', '--init')
  } catch {
    // One that is refused cannot be had here either.
  }
  const commit = await findCommit(to, 'HEAD')
  const bytes = (await fileAt(commit, 'images.json')) as Buffer
  return { told, line: foresightLine(await foreseeCommit(commit, bytes, world.registry, [REPOSITORY]), 140) }
}
const elsewhere = '[submodule "lib"]\n\tpath = web/lib\n\turl = file:///srv/lib.git\n'
for (const [title, files, sentence] of [
  ['would be built', () => shop('2.0.0'), 'success: will build web 2.0.0'],
  ['is unchanged', () => shop('1.0.0'), 'success: web unchanged'],
  [
    'is of a version that is taken',
    () => shop('1.0.0', 'x'),
    'failure: version 1.0.0 of web is taken; raise it',
  ],
  [
    'has a Dockerfile in Git LFS',
    () => ({
      ...shop('2.0.0'),
      '.gitattributes': '* filter=lfs\n',
      'web/Dockerfile': { lfs: 'FROM scratch\n' },
    }),
    'failure: web/Dockerfile lies in Git LFS: it says how to build, so keep it in git itself',
  ],
] as [string, () => Files, string][])
  sources(`says the same of what ${title} on GitHub and on a person's machine`, async () => {
    const { told, line } = await said(files())
    assert.is(told, sentence)
    assert.is(line, sentence.replace(/^\w+: /, ''))
  })
sources('says before the merge that a submodule lies elsewhere, or a content nowhere', async () => {
  const { told } = await said({ ...shop('2.0.0'), '.gitmodules': elsewhere })
  assert.is(told, 'failure: the submodule web/lib is at file://; only those at 127.0.0.1 are fetched')
  const oid = createHash('sha256').update('never pushed').digest('hex')
  const pointer = `version https://git-lfs.github.com/spec/v1\noid sha256:${oid}\nsize 12\n`
  const nowhere = await said({ ...shop('2.0.0'), 'web/film.bin': pointer })
  assert.match(
    nowhere.told,
    /^failure: web\/film\.bin is not in the Git LFS of .*: push it with git lfs push$/,
  )
})
sources.run()
