import { execFile } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { promisify } from 'node:util'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { images, type Journey, openJourney, service } from '../support/journey.ts'
import { blocks, pageAt } from './markdown.ts'

const SAMPLE = 'artefacto/sample'
const IDENTITY = { NAME: 'A Person', EMAIL: 'person@example.org' }

/** README's blocks, run in its order in one folder in which `.artefacto` is the state of a running artefacto. */
const commands = suite("README's commands")
let world: Journey
let folder: string
commands.before(async () => {
  world = await openJourney(() => ({
    webhook: { repositories: SAMPLE },
    build: { repositories: SAMPLE },
    badge: { pages: 'private' },
  }))
  folder = mkdtempSync(join(tmpdir(), 'artefacto-readme-'))
  symlinkSync(world.state.folder, join(folder, '.artefacto'))
  // The sample's own images.json and names, on images that need no base.
  const files = { ...images({ web: '1.0.0', api: '1.0.0' }), ...service('web', 'w'), ...service('api', 'a') }
  await world.github.create(SAMPLE, { files: { 'README.md': '# The sample\n' } })
  const record = await world.merge(files, SAMPLE)
  assert.is(record.state, 'built', record.reason)
})
commands.after(async () => {
  rmSync(folder, { recursive: true, force: true })
  await world.close()
})

/** The shell blocks below a heading, from the one that begins with `first` on. */
function below(heading: string, first = '', count = Number.POSITIVE_INFINITY): string[] {
  const found = blocks(pageAt('README.md')).filter(
    (block) => block.language === 'sh' && block.heading === heading,
  )
  const at = found.findIndex(({ text }) => text.startsWith(first))
  assert.ok(at >= 0, `README has no block "${first}" below "${heading}"`)
  return found.slice(at, at + count).map(({ text }) => text)
}

/** Runs blocks in one shell that ends at the first command that fails; gives what it printed. */
async function run(...texts: string[]): Promise<string> {
  const script = texts
    .join('\n')
    .replaceAll('http://127.0.0.1:8080', world.gateway)
    .replaceAll('127.0.0.1:5000', world.stack.registry.host)
  const env = Object.fromEntries(
    ['AUTHOR', 'COMMITTER'].flatMap((role) =>
      Object.entries(IDENTITY).map(([key, value]) => [`GIT_${role}_${key}`, value]),
    ),
  )
  const done = await promisify(execFile)('bash', ['-euo', 'pipefail', '-c', script], {
    cwd: folder,
    env: { ...process.env, ...env, TMPDIR: folder },
  })
  return done.stdout
}

const [signing = '', byHand = ''] = below('A merge by hand')

commands('sign a ping by hand', async () => {
  assert.is(await run(signing), `{"pong":"the signature fits; merges into develop will be built"}\n200\n`)
})

commands('merge by hand, run that merge again, and build one service', async () => {
  const merged = await run(signing, byHand)
  assert.match(
    merged,
    /\{"accepted":"artefacto\/sample [0-9a-f]{7} \(push, if it is a merge\) will be built","sha":"\w+"\}\n202\n$/,
  )
  await world.badge('web', '1.1.0')
  await world.badge('api', '1.1.0')

  const sha = /"sha":"(\w+)"/.exec(merged)?.[1] ?? ''
  const before = await world.ended(sha, SAMPLE)
  const known = `id=${await world.id(SAMPLE)} sha=${sha}`
  const again = await run(signing, known, ...below('The build method', 'again=', 1))
  assert.match(
    again,
    /\{"accepted":"artefacto\/sample \w+ is being built","record":"merges\/\d+:\w+"\}\n202\n$/,
  )
  const record = await world.until('a second end', async () => {
    const ended = await world.ended(sha, SAMPLE)
    return ended.finished !== before.finished && ended
  })
  assert.is(record.state, 'built')
  assert.equal(record.services, before.services, 'what the merge has built stands, and says so')

  const [method = ''] = below('The build method', 'signed payload-secret', 1)
  assert.match(
    await run(signing, method),
    /\{"state":"built","image":"127\.0\.0\.1:\d+\/web:1\.2\.0","digest":"sha256:[0-9a-f]{64}","commit":"\w{40}","built_from":"\w{40}","id":"[^"]+","record":"[^"]+"\}\n200\n$/,
  )
  await world.badge('web', '1.2.0')
})

commands('take over a name and catch up', async () => {
  const rest = below(
    'The build method',
    'signed payload-secret /function/build \'{"service_name":"web","repository"',
  )
  assert.is(rest.length, 2)
  const told = await run(signing, ...rest)
  assert.match(
    told,
    /\{"service_name":"web","belongs_to":"artefacto\/sample","before":"artefacto\/sample"\}\n200\n/,
  )
  assert.match(told, /\{"started":\[\].*\}\n200\n$/)
})

commands('open a history with a key, which is closed without', async () => {
  const closed = await fetch(`${world.gateway}/function/badge/web/builds.json`)
  assert.is(closed.status, 401)
  const { builds } = JSON.parse(await run(`gateway=${world.gateway}`, ...below('Pages', 'key='))) as {
    builds: { version: string }[]
  }
  assert.ok(builds.some(({ version }) => version === '1.2.0'))
})

const skopeo = (process.env.PATH ?? '').split(delimiter).some((path) => existsSync(join(path, 'skopeo')))
const asPeopleMayHaveIt = skopeo ? commands : commands.skip
asPeopleMayHaveIt('show an image and the ledger by skopeo', async () => {
  const [inspect = ''] = below('Pull', 'ca=')
  assert.match(await run(inspect), /"org\.opencontainers\.image\.version": "1\.0\.0"/)
  const ledger = blocks(pageAt('docs/architecture.md')).find(({ language }) => language === 'sh')
  const told = await run(inspect, ledger?.text ?? '')
  assert.match(told, /"builds\/web"/)
  assert.match(told, /"artefacto\.service":"web"/)
})

commands.run()
