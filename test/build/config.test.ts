import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { readConfig } from '../../functions/build/config.ts'

// test/rules/stack.test.ts holds the defaults against stack.yml.
const DEFAULTS = {
  branches: ['develop'],
  repositories: [],
  githubApiUrl: 'https://api.github.com',
  githubAppId: '',
  githubUrl: 'https://github.com',
  registry: '127.0.0.1:5000',
  registryUrl: 'https://artefacto-registry:5000',
  registryPull: '127.0.0.1:5000',
  dockerHosts: ['tcp://artefacto-docker:2376'],
  amiHost: '',
  awsRegion: '',
  buildSecrets: [],
  baseRegistries: [],
  gatewayUrl: 'http://gateway:8080',
  publicUrl: 'http://127.0.0.1:8080',
  maxBuilds: 2,
  syncWait: 45_000,
  buildTimeout: 1_200_000,
  imageSize: undefined,
  engineCache: undefined,
  mutableTags: /^(latest|dev|.*-SNAPSHOT)$/,
  secretFolder: '/var/openfaas/secrets',
}

const config = suite('readConfig')
config('has a default for everything', () => {
  assert.equal({ ...readConfig({}) }, DEFAULTS)
})
config('takes an empty variable, which is what stack.yml can say, for a missing one', () => {
  const names = 'branch repositories registry registry_pull docker_host max_builds sync_wait mutable_tags'
  assert.equal({ ...readConfig(Object.fromEntries(names.split(' ').map((name) => [name, '']))) }, DEFAULTS)
})
config('takes what the environment says', () => {
  const found = readConfig({
    branch: 'main release/1.x',
    repositories: 'acme/shop, acme/*\nother/one',
    github_api_url: 'https://ghe.example/api/v3/',
    registry: 'registry.example:5000',
    docker_host: 'tcp://one:2376  unix:///two.sock tcp://one:2376',
    max_builds: '7',
    sync_wait: '500ms',
    build_timeout: '1h',
    image_size: '2g',
    engine_cache: '20g',
    mutable_tags: '^edge$',
  })
  assert.equal(found.repositories, ['acme/shop', 'acme/*', 'other/one'])
  assert.equal(found.dockerHosts, ['tcp://one:2376', 'unix:///two.sock'])
  assert.is(found.githubApiUrl, 'https://ghe.example/api/v3')
  assert.equal([found.branches, found.maxBuilds], [['main', 'release/1.x'], 7])
  assert.equal([found.syncWait, found.buildTimeout], [500, 3_600_000])
  assert.equal([found.imageSize, found.engineCache], [2e9, 20e9])
  assert.equal([found.mutableTags.test('edge'), found.mutableTags.test('latest')], [true, false])
})
config('lets people pull by the name that is pushed to, unless another is given', () => {
  assert.is(readConfig({ registry: 'a.example' }).registryPull, 'a.example')
  assert.is(readConfig({ registry: 'a.example', registry_pull: 'b.example' }).registryPull, 'b.example')
})
config('cannot be changed by whoever holds it', () => {
  assert.throws(() => Object.assign(readConfig({}), { maxBuilds: 9 }), /read only/)
})

const REFUSED: [name: string, value: string, says: RegExp][] = [
  ['github_api_url', 'api.github.com', /^github_api_url=api\.github\.com: write a URL/],
  ['github_url', 'github.com', /^github_url=github\.com: write a URL/],
  ['registry_url', 'registry', /^registry_url=registry: write a URL/],
  ['gateway_url', '//gateway', /^gateway_url=\/\/gateway: write a URL/],
  ['public_url', ':', /^public_url=:: write a URL/],
  ['max_builds', '0', /^max_builds=0: write a whole number/],
  ['max_builds', '2.5', /^max_builds=2\.5: write a whole number/],
  ['max_builds', 'many', /^max_builds=many: write a whole number/],
  ['sync_wait', '45', /^sync_wait=45: write a duration/],
  ['sync_wait', '-1s', /^sync_wait=-1s: write a duration/],
  ['build_timeout', '20 m', /^build_timeout=20 m: write a duration/],
  ['image_size', '2 GB', /^image_size=2 GB: write a size such as 500m or 2g/],
  ['mutable_tags', '(', /^mutable_tags=\(: write a regular expression/],
]
for (const [name, value, says] of REFUSED)
  config(`refuses ${name}=${value} and says so`, () => {
    assert.throws(
      () => readConfig({ [name]: value }),
      (error: Error) => says.test(error.message),
    )
  })
config.run()
