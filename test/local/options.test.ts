import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { readOptions } from '../../local/options.ts'

const options = suite('options of npm start')
const GITHUB = ['--github', 'acme/shop']
const read = (...args: string[]) => readOptions(args, '/here')

options('want no tunnel unless it is said, then one of cloudflared', () => {
  assert.is(read(...GITHUB).tunnel, undefined)
  assert.is(read(...GITHUB, '--tunnel').tunnel, 'cloudflared')
  assert.is(read(...GITHUB, '--tunnel', '--tunnel-with', 'ngrok').tunnel, 'ngrok')
  assert.is(read(...GITHUB, '--tunnel-with', 'ngrok').tunnel, 'ngrok')
})
options('ask the public GitHub unless another one is named', () => {
  assert.is(read().githubApiUrl, 'https://api.github.com')
  const enterprise = read(...GITHUB, '--github-api-url', 'https://git.example.org/api/v3/')
  assert.is(enterprise.githubApiUrl, 'https://git.example.org/api/v3')
  assert.equal([read().githubApp, read(...GITHUB, '--github-app', '4711').githubApp], ['', '4711'])
})
options('start the service that makes disks unless it is said', () => {
  assert.is(read().ami, true)
  assert.is(read('--no-ami').ami, false)
})

options('grant nothing to builds unless it is said', () => {
  assert.equal([read().buildSecrets, read().baseRegistries], ['', ''])
  const { buildSecrets, baseRegistries } = read(
    '--build-secrets',
    'a/b:npm',
    '--base-registries',
    'a/*:ghcr.io',
  )
  assert.equal([buildSecrets, baseRegistries], ['a/b:npm', 'a/*:ghcr.io'])
})

const WRONG: [args: string[], words: RegExp][] = [
  [['--tunnel'], /^--tunnel is for --github owner\/repo\n/],
  [['--github-app', '4711'], /^--github-app is for --github owner\/repo\n/],
  [['--tunnel-with', 'ngrok'], /^--tunnel is for --github/],
  [[...GITHUB, '--tunnel-with', 'smee'], /^--tunnel-with smee: write cloudflared or ngrok\n/],
  [[...GITHUB, '--tunnel-with', 'constructor'], /^--tunnel-with constructor: write/],
  [['--build-secrets', 'npm'], /^--build-secrets=npm: write owner\/repo:NAME/],
  [['--base-registries', 'a/b'], /^--base-registries=a\/b: write owner/],
  [[...GITHUB, '--github-api-url', 'api.github.com'], /^--github-api-url api\.github\.com: write an address/],
  [[...GITHUB, '--github-api-url', 'file:///x'], /^--github-api-url file:\/\/\/x: write/],
]
for (const [args, words] of WRONG)
  options(`are refused in words: ${args.join(' ')}`, () => {
    assert.throws(
      () => read(...args),
      (error: Error) => words.test(error.message) && /npm start/.test(error.message),
    )
  })
options.run()
