import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { count, duration, list, size, url } from '../../functions/shared/environment.ts'

const durations = suite('duration')
for (const [text, ms] of [
  ['250ms', 250],
  ['45s', 45_000],
  ['20m', 1_200_000],
  ['2h', 7_200_000],
] as const)
  durations(`reads ${text}`, () => assert.is(duration({ sync_wait: text }, 'sync_wait', '1s'), ms))
durations('takes the default where the variable is missing or empty', () => {
  assert.is(duration({}, 'sync_wait', '45s'), 45_000)
  assert.is(duration({ sync_wait: '' }, 'sync_wait', '45s'), 45_000)
})
for (const text of ['45', '-1s', '1.5m', '45 s', 's', '1h30m', '45S', 'soon'])
  durations(`refuses ${text}, naming variable and value`, () =>
    assert.throws(
      () => duration({ sync_wait: text }, 'sync_wait', '45s'),
      `sync_wait=${text}: write a duration such as 45s or 20m`,
    ),
  )
durations.run()

const counts = suite('count')
counts('reads a whole number', () => assert.is(count({ max_builds: '16' }, 'max_builds', 2), 16))
counts('takes the default where the variable is missing or empty', () => {
  assert.is(count({}, 'max_builds', 2), 2)
  assert.is(count({ max_builds: '' }, 'max_builds', 2), 2)
})
for (const text of ['0', '-1', '1.5', '007', '1e3', 'two', '1000000', ' 2'])
  counts(`refuses "${text}"`, () =>
    assert.throws(
      () => count({ max_builds: text }, 'max_builds', 2),
      /^max_builds=.*: write a whole number from 1 up$/,
    ),
  )
counts.run()

const sizes = suite('size')
sizes('reads 500m', () => assert.is(size({ image_size: '500m' }, 'image_size'), 500_000_000))
sizes('is none where the variable is missing or empty', () => {
  assert.is(size({}, 'image_size'), undefined)
  assert.is(size({ image_size: '' }, 'image_size'), undefined)
})
for (const text of ['500', '0m', '1.5g', '500 m', '500M', '500mb', 'm', 'big'])
  sizes(`refuses ${text}, naming variable and value`, () =>
    assert.throws(
      () => size({ image_size: text }, 'image_size'),
      `image_size=${text}: write a size such as 500m or 2g`,
    ),
  )
sizes.run()

const urls = suite('url')
for (const [text, expected] of [
  ['https://registry:5000', 'https://registry:5000'],
  ['http://gateway:8080/', 'http://gateway:8080'],
  ['https://ghe.example/api/v3//', 'https://ghe.example/api/v3'],
] as const)
  urls(`reads ${text}`, () => assert.is(url({ registry_url: text }, 'registry_url'), expected))
urls('takes the default where the variable is empty', () =>
  assert.is(url({ registry_url: '' }, 'registry_url', 'https://registry:5000'), 'https://registry:5000'),
)
urls('says where to set what has no default', () =>
  assert.throws(() => url({}, 'registry_url'), 'registry_url is missing: set it in stack.yml'),
)
for (const text of [
  'registry:5000',
  'localhost:5000',
  '127.0.0.1:5000',
  '/registry',
  'file:///etc',
  'https://',
])
  urls(`refuses ${text}: an address without http or https, or none`, () =>
    assert.throws(
      () => url({ registry_url: text }, 'registry_url'),
      /^registry_url=.*: write a URL such as https:/,
    ),
  )
urls.run()

const lists = suite('list')
for (const [text, words] of [
  ['a/b', ['a/b']],
  ['a/b,c/d', ['a/b', 'c/d']],
  [' a/b ,\n c/d, ', ['a/b', 'c/d']],
  ['', []],
  [' , ', []],
] as const)
  lists(`reads ${JSON.stringify(text)}`, () =>
    assert.equal(list({ repositories: text }, 'repositories'), words),
  )
lists('is empty where the variable is missing', () => assert.equal(list({}, 'repositories'), []))
lists.run()
