import { execFile } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { foresightLine } from '../../functions/build/foresight.ts'
import { fileAt, findCommit } from '../../local/committed.ts'
import { foreseeCommit } from '../../local/foreseen.ts'
import type { Files } from '../../local/github/server.ts'
import { pageAt, table } from '../readme/markdown.ts'
import { images, type Journey, openJourney, REPOSITORY, service } from '../support/journey.ts'
import { latest, statusesAt } from '../support/statuses.ts'

const ROOT = join(import.meta.dirname, '../..')

const check = suite('the check before a merge')
let world: Journey
let number = 0
check.before(async () => {
  world = await openJourney()
  writeFileSync(join(world.state.secrets, 'github-token'), 'ghp_test')
  const files = {
    ...images({ web: '1.0.0', api: '1.0.0' }),
    ...service('web', 'w1'),
    ...service('api', 'a1'),
  }
  const record = await world.merge(files)
  assert.is(record.state, 'built', record.reason)
  await world.github.create('acme/other', { files: { 'README.md': '#\n' } })
  const other = { ...images({ theirs: '1.0.0' }), ...service('theirs', 't1') }
  assert.is((await world.merge(other, 'acme/other')).state, 'built')
  const opened = await world.github.openPull(REPOSITORY, { files: { 'README.md': 'more\n' } })
  number = opened.number
  assert.match(opened.deliveries[0]?.response ?? '', /pull request \d+ will be checked/)
})
check.after(() => world.close())

const said = (sha: string) =>
  world.until(`a status at ${sha}`, async () => latest(await statusesAt(world.github, sha)).artefacto)
/** The bare repository of the local GitHub, as a person may have it on disk. */
const disk = () => join(world.state.github, `${REPOSITORY}.git`)

type Case = [title: string, files: Files, state: string, words: RegExp]
const CASES: Case[] = [
  ['an unchanged repository', { 'README.md': 'most\n' }, 'success', /^web unchanged; api unchanged$/],
  [
    'a version that is raised',
    { ...images({ web: '1.1.0', api: '1.0.0' }), ...service('web', 'w2') },
    'success',
    /^will build web 1\.1\.0; api unchanged$/,
  ],
  [
    'a tag that never moves',
    {
      'images.json': JSON.stringify([
        { service_name: 'web', version: '1.0.0', type: 'Docker', tags: ['latest', 'stable'] },
      ]),
    },
    'failure',
    /^web: the tag stable does not fit mutable_tags, and is not the beginning of 1\.0\.0 up to a point$/,
  ],
  [
    'a version that is taken',
    images({ web: '1.0.0', api: '1.0.0' }),
    'failure',
    /^version 1\.0\.0 of web is taken; raise it$/,
  ],
  [
    'two versions that are taken',
    service('api', 'a2'),
    'failure',
    /^version 1\.0\.0 of web is taken; raise it; version 1\.0\.0 of api is taken; raise it$/,
  ],
  [
    'a name that belongs to another repository',
    { ...images({ theirs: '2' }), ...service('theirs', 'x') },
    'failure',
    /^theirs belongs to acme\/other$/,
  ],
  [
    'a folder that is not there',
    images({ nowhere: '1' }),
    'failure',
    /^nowhere: the folder nowhere is not in/,
  ],
  [
    'a Dockerfile that is not there',
    { ...images({ web: '2' }), 'web/Dockerfile': null },
    'failure',
    /^web: there is no Dockerfile at web\/Dockerfile$/,
  ],
  [
    'a link that leaves the repository',
    { ...service('web', 'w3'), 'web/out': { link: '../../etc' } },
    'failure',
    /^web\/out is a link to \.\.\/\.\.\/etc, which is outside/,
  ],
  [
    'type AMI',
    { 'web/out': null, 'images.json': '[{"service_name":"web","version":"3","type":"AMI"}]' },
    'success',
    /^will build web 3 and its disk$/,
  ],
  [
    'several platforms on registry 2',
    {
      'images.json': JSON.stringify([
        { service_name: 'web', version: '3', type: 'Docker', platforms: ['linux/amd64', 'linux/arm64'] },
      ]),
    },
    'failure',
    /^web: this registry \(distribution 2\) loses the images of an index: name one of platforms, or ask/,
  ],
  [
    'one platform',
    {
      'images.json': JSON.stringify([
        { service_name: 'web', version: '3', type: 'Docker', platforms: ['linux/arm64'] },
      ]),
    },
    'success',
    /^will build web 3$/,
  ],
  ['no images.json', { 'images.json': null }, 'failure', /^there is no images\.json at the root/],
]
/** Every refusal that docs/images-json.md shows; its sentence is what the file is answered with. */
const INVALID: Case[] = table(pageAt('docs/images-json.md'), 'what is in the file').map(
  ([file = '', cell = '']) => {
    const [before = ''] = cell.replaceAll('`', '').split('…')
    const words = new RegExp(`^${before.slice(0, 120).replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}`)
    return [`an images.json that is ${file}`, { 'images.json': file.replaceAll('`', '') }, 'failure', words]
  },
)

for (const [title, files, state, words] of [...CASES, ...INVALID])
  check(`says the same of ${title} on GitHub and on a person's machine`, async () => {
    const { sha } = await world.github.pushToPull(REPOSITORY, number, { files })
    const told = await said(sha)
    assert.is(told.split(': ')[0], state, told)
    const sentence = told.slice(state.length + 2)
    assert.match(sentence, words)
    const commit = await findCommit(disk(), sha)
    const bytes = await fileAt(commit, 'images.json')
    if (bytes === undefined) return
    const foresight = await foreseeCommit(commit, bytes, world.registry, [REPOSITORY])
    const line = foresightLine(foresight, 140)
    assert.ok(line === sentence || (sentence.endsWith('…') && line.startsWith(sentence.slice(0, -1))), line)
  })

/** Runs the command; gives what it printed and its exit code. */
function run(...args: string[]): Promise<{ code: number; output: string }> {
  const command = ['--import', 'tsx', 'local/check.ts', ...args]
  return new Promise((resolve) => {
    execFile(process.execPath, command, { cwd: ROOT }, (error, stdout, stderr) =>
      resolve({ code: error ? Number(error.code) : 0, output: stdout + stderr }),
    )
  })
}
const compared = () => [
  ...['--registry', world.stack.registry.url, '--secrets', world.state.secrets],
  ...['--repository', REPOSITORY],
]

check("runs on a person's machine as a command, with a line for each service and an exit code", async () => {
  const good = await run(disk(), '--ref', 'develop', ...compared())
  assert.equal([good.code, good.output.split('\n').slice(1)], [0, ['  web unchanged', '  api unchanged', '']])
  const files = { ...images({ web: '1.0.0', api: '2.0.0' }), ...service('web', 'w9') }
  const { sha } = await world.github.pushToPull(REPOSITORY, number, { files, deliver: false })
  const bad = await run(disk(), '--ref', sha, ...compared())
  assert.is(bad.code, 1)
  assert.match(bad.output, /\n {2}version 1\.0\.0 of web is taken; raise it\n/)
  const json = await run(disk(), '--ref', sha, '--json', ...compared())
  const document = JSON.parse(json.output)
  assert.equal([json.code, document.good, document.commit, document.compared], [1, false, sha, true])
  assert.equal(document.services[0], {
    service: 'web',
    version: '1.0.0',
    verdict: 'refused',
    sentence: 'version 1.0.0 of web is taken; raise it',
  })
})

check('asks GitHub for nothing but the head, and leaves nothing behind', async () => {
  const { sha } = await world.github.pushToPull(REPOSITORY, number, {
    files: { ...images({ fresh: '1.0.0' }), ...service('fresh', 'f1') },
  })
  assert.is(await said(sha), 'success: will build fresh 1.0.0')
  assert.is(await world.ledger.owner('fresh'), undefined)
  assert.is(await world.ledger.merge(await world.id(), sha), undefined)
  assert.not.ok((await world.ledger.services()).includes('fresh'))
})

check('checks a fork, but tells it of no other repository', async () => {
  const files = { ...images({ theirs: '3' }), ...service('theirs', 'x') }
  const { sha } = await world.github.openPull(REPOSITORY, { files, fork: 'mallory' })
  assert.is(await said(sha), 'failure: theirs belongs to another repository')
})

check('does nothing at the word of a stranger who names another commit', async () => {
  const head = await world.github.push(REPOSITORY, { files: { a: '1' }, branch: 'aside', deliver: false })
  const claim = { repository_id: await world.id(), repository: REPOSITORY, sha: head.sha }
  const from = world.github.requests.length
  const answer = await world.call('/function/build', { ...claim, pull_request: number, check: true })
  assert.is(answer.status, 202)
  await world.until('a look at the pull request', async () =>
    world.github.requests.slice(from).some(({ path }) => path.endsWith(`/pulls/${number}`)),
  )
  const { sha } = await world.github.openPull(REPOSITORY, { files: { 'README.md': '.\n' } })
  await said(sha)
  assert.equal(await statusesAt(world.github, head.sha), [])
  assert.not.ok(world.github.requests.some(({ path }) => path.includes(`tarball/${head.sha}`)))
})

check.run()
