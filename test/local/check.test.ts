import { execFile, execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { CHECK_USAGE, readCheckOptions } from '../../local/check-options.ts'

const ROOT = join(import.meta.dirname, '../..')

const options = suite('the options of npm run check')
options('have defaults', () => {
  assert.equal(readCheckOptions(['shop'], '/home/ada'), {
    path: '/home/ada/shop',
    ref: 'HEAD',
    repository: undefined,
    registry: undefined,
    secrets: '/home/ada/.artefacto/secrets',
    json: false,
    help: false,
  })
})
options('lead to the secrets of another state, or of another registry', () => {
  const read = (...args: string[]) => readCheckOptions(['.', ...args], '/a')
  assert.is(read('--state', 'mine').secrets, '/a/mine/secrets')
  const other = read('--registry', 'https://registry.example:5443/', '--secrets', '/b')
  assert.equal([other.registry, other.secrets], ['https://registry.example:5443', '/b'])
})
for (const [args, says] of [
  [[], /^name one folder with a git repository\n/],
  [['a', 'b'], /^name one folder/],
  [['.', '--registry', '127.0.0.1:5000'], /^--registry 127\.0\.0\.1:5000: write an address/],
  [['.', '--repository', 'shop'], /^--repository shop: write owner\/repo/],
  [['.', '--colour'], /--colour/],
] as [string[], RegExp][])
  options(`refuse "${args.join(' ')}" with the usage`, () => {
    assert.throws(
      () => readCheckOptions(args, '/'),
      (error: Error) => says.test(error.message) && error.message.includes(CHECK_USAGE),
    )
  })
options.run()

const folder = mkdtempSync(join(tmpdir(), 'check-test-'))
const shop = join(folder, 'shop')
const git = (...args: string[]) =>
  execFileSync('git', ['-C', shop, '-c', 'user.name=a', '-c', 'user.email=a@b.invalid', ...args])
function run(...args: string[]): Promise<{ code: number; out: string; complaint: string }> {
  const command = ['--import', 'tsx', 'local/check.ts', ...args, '--state', folder]
  return new Promise((resolve) => {
    execFile(process.execPath, command, { cwd: ROOT }, (error, out, complaint) =>
      resolve({ code: error ? Number(error.code) : 0, out, complaint }),
    )
  })
}

const check = suite('npm run check without a registry')
check.before(() => {
  mkdirSync(join(shop, 'web'), { recursive: true })
  git('init', '--quiet')
  writeFileSync(join(shop, 'images.json'), '[{"service_name":"web","version":"1.4.3","type":"Docker"}]')
  writeFileSync(join(shop, 'web/Dockerfile'), 'FROM scratch\n')
  git('add', '--all')
  git('commit', '--quiet', '--message', 'One')
})
check.after(() => rmSync(folder, { recursive: true }))
check('says what would be built, and that versions were not compared', async () => {
  const { code, out, complaint } = await run(shop)
  const sha = git('rev-parse', '--short=7', 'HEAD').toString().trim()
  assert.equal(out.split('\n'), [
    `${shop} at ${sha} (HEAD)`,
    '  will build web 1.4.3',
    'versions and names were not compared: no registry answers (--registry, --secrets)',
    '',
  ])
  assert.equal([code, complaint], [0, ''])
})
check('looks at what is committed, and counts what is not', async () => {
  writeFileSync(join(shop, 'web/Dockerfile'), 'FROM nothing\n')
  assert.match((await run(shop)).out, /\n1 uncommitted change is not looked at: commit first\n/)
  writeFileSync(join(shop, 'images.json'), '[{"service_name":"web"}]')
  assert.match((await run(shop)).out, /\n2 uncommitted changes are not looked at: commit first\n/)
})
check('ends with 1 where the merge would fail, in words or as JSON', async () => {
  git('commit', '--quiet', '--all', '--message', 'Two')
  const { code, out } = await run(shop)
  assert.is(code, 1)
  assert.match(out, /\n {2}images\.json: \/0: "version" is missing; \/0: "type" is missing\n/)
  const json = await run(shop, '--json')
  const { good, problem, compared, services } = JSON.parse(json.out)
  assert.equal([json.code, good, compared, services], [1, false, false, []])
  assert.match(problem, /^images\.json: /)
  const other = await run(shop, '--ref', 'HEAD~1', '--json')
  assert.equal([other.code, JSON.parse(other.out).services[0].verdict], [0, 'build'])
})
check('says what is wrong with the words of the command, and asks nothing', async () => {
  const nowhere = await run(folder)
  assert.equal([nowhere.code, nowhere.complaint], [1, `${folder} is not in a git repository\n`])
  const refused = await run(shop, '--registry', 'https://127.0.0.1:1')
  assert.is(refused.code, 1)
  assert.match(refused.complaint, /^https:\/\/127\.0\.0\.1:1: the registry does not answer/)
  const help = await run('--help')
  assert.equal([help.code, help.out], [0, `${CHECK_USAGE}\n`])
})
check.run()
