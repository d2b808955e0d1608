import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { contextOf, dockerfileOf, IMAGES_LIMIT, parseImages } from '../../functions/shared/images.ts'
import { failureOf } from '../support/failure-of.ts'

const WEB = { service_name: 'web', version: '1.4.2', type: 'Docker' } as const
const file = (...entries: unknown[]) => Buffer.from(JSON.stringify(entries))
const text = (json: string) => Buffer.from(json)

/** What the author of a file reads. */
async function complaint(bytes: Buffer): Promise<string> {
  const { code, message } = await failureOf(() => parseImages(bytes))
  assert.is(code, 'images_invalid')
  return message
}

const good = suite('parseImages takes')
const GOOD: [string, object][] = [
  ['the three keys', {}],
  ['type AMI', { type: 'AMI' }],
  ['type AMI with a disk of 1 GiB', { type: 'AMI', disk: 1 }],
  ['type AMI with a disk of 64 GiB', { type: 'AMI', disk: 64 }],
  ['type AMI with a version of 124 letters', { type: 'AMI', version: 'v'.repeat(124) }],
  ['a name with . _ and -', { service_name: 'a1.b_c-d' }],
  ['a name of 63 letters', { service_name: 'a'.repeat(63) }],
  ['a name that has .svg inside', { service_name: 'a.svg.b' }],
  ['a name that ends in svg', { service_name: 'websvg' }],
  ['the version latest', { version: 'latest' }],
  ['a version of 128 letters', { version: 'v'.repeat(128) }],
  ['a version that begins with _', { version: '_1' }],
  ['a version that has -ami inside', { version: '1-ami-2' }],
  ['a version in which AMI is not lower-case', { version: '1-AMI' }],
  ['a context below', { context: 'services/api' }],
  ['the root as context', { context: '.' }],
  ['a context with ./ and /', { context: './services/api/' }],
  ['a context with a space', { context: 'my services/über' }],
  ['a folder whose name begins with two points', { context: '..a/b' }],
  ['a folder of three points', { context: 'a/...' }],
  ['a dockerfile below', { dockerfile: 'docker/Dockerfile.prod' }],
  ['no args', { args: {} }],
  ['args', { args: { NODE_VERSION: '20', _x: '', lower1: 'ä\n' } }],
  ['64 args', { args: Object.fromEntries(Array.from({ length: 64 }, (_, i) => [`A${i}`, ''])) }],
  ['an arg of 4,096 letters', { args: { A: 'a'.repeat(4096) } }],
  ['an arg named as what every object has', { args: { constructor: 'x', toString: 'y' } }],
  ['no secrets', { secrets: [] }],
  ['secrets', { secrets: ['npm', 'GIT_AUTH_TOKEN', '_a.b-c', '1', 'x'.repeat(128)] }],
  ['a target', { target: 'Build-1.x_y' }],
  ['one platform', { platforms: ['linux/arm64'] }],
  ['platforms', { platforms: ['linux/amd64', 'linux/arm64', 'linux/arm/v7'] }],
  ['no tags', { tags: [] }],
  ['ten tags', { tags: Array.from({ length: 10 }, (_, i) => `t${i}`) }],
  ['no limits', { limits: {} }],
  ['limits', { limits: { minutes: 2.5, size: '500m' } }],
  ['the widest limits', { limits: { minutes: 1440, size: '999999g' } }],
]
for (const [name, keys] of GOOD)
  good(name, () => assert.equal(parseImages(file({ ...WEB, ...keys })), [{ ...WEB, ...keys }]))
good('50 services, in their order', () => {
  const entries = Array.from({ length: 50 }, (_, i) => ({ ...WEB, service_name: `s${i}` }))
  assert.equal(parseImages(file(...entries)), entries)
})
good('a file of exactly 64 kB', () => {
  const bytes = file(WEB)
  assert.is(parseImages(Buffer.concat([bytes, Buffer.alloc(IMAGES_LIMIT - bytes.length, ' ')])).length, 1)
})
good.run()

/** Key, value, and how the message goes on after `images.json: /0`. */
const BAD: [string, object, RegExp][] = [
  ['an empty name', { service_name: '' }, /\/service_name: "" is not allowed here \(Name of the image/],
  ['a name in capitals', { service_name: 'Web' }, /\/service_name: "Web" is not allowed here/],
  ['a path that climbs as name', { service_name: '../../x' }, /\/service_name: "..\/..\/x" is not/],
  ['a name with slashes', { service_name: 'a//b' }, /\/service_name: "a\/\/b" is not/],
  ['fullwidth letters', { service_name: 'Ａｂ' }, /\/service_name: "Ａｂ" is not/],
  ['an emoji', { service_name: 'web🚢' }, /\/service_name: "web🚢" is not/],
  ['a letter that only looks Latin', { service_name: 'wеb' }, /\/service_name: /],
  ['markup', { service_name: '<script>' }, /\/service_name: "<script>" is not/],
  ['a name that ends in a newline', { service_name: 'web\n' }, /\/service_name: "web\\n" is not/],
  ['two separators', { service_name: 'a--b' }, /\/service_name: /],
  ['a separator in front', { service_name: '-web' }, /\/service_name: /],
  ['a separator behind', { service_name: 'web.' }, /\/service_name: /],
  [
    'a name of 64 letters',
    { service_name: 'a'.repeat(64) },
    /\/service_name: must NOT have more than 63 char/,
  ],
  ['a name that ends in .svg', { service_name: 'web.svg' }, /\/service_name: "web.svg" is not/],
  ['a name that ends in .json', { service_name: 'web.json' }, /\/service_name: "web.json" is not/],
  ['a name that is a number', { service_name: 7 }, /\/service_name: must be string/],
  ['a name that is null', { service_name: null }, /\/service_name: must be string/],
  ['no name', { service_name: undefined }, /: "service_name" is missing/],
  ['no version', { version: undefined }, /: "version" is missing/],
  ['an empty version', { version: '' }, /\/version: "" is not allowed here \(Tag of the image/],
  ['a version with +', { version: 'v1+meta' }, /\/version: "v1\+meta" is not/],
  ['a version with a slash', { version: '1/2' }, /\/version: /],
  ['a version that begins with a point', { version: '.1' }, /\/version: /],
  ['a version of 129 letters', { version: 'v'.repeat(129) }, /\/version: "v+ is not allowed here/],
  ['a version that ends in -ami', { version: '1-ami' }, /\/version: "1-ami" is not/],
  ['a version that is a number', { version: 1.4 }, /\/version: must be string/],
  ['no type', { type: undefined }, /: "type" is missing/],
  ['another type', { type: 'VM' }, /\/type: "VM" is not one of Docker, AMI/],
  ['a type in lower case', { type: 'docker' }, /\/type: "docker" is not one of Docker, AMI/],
  ['a type that is a list', { type: ['Docker'] }, /\/type: a list is not one of Docker, AMI/],
  ['a type that is an object', { type: {} }, /\/type: an object is not one of Docker, AMI/],
  [
    'type AMI with a version of 125 letters',
    { type: 'AMI', version: 'v'.repeat(125) },
    /\/version: must NOT have more than 124 characters \(With type AMI -ami is put behind it, and a tag has/,
  ],
  ['a disk with type Docker', { disk: 8 }, /\/disk: only for type AMI$/],
  ['a disk of another type', { type: 'VM', disk: 8 }, /\/disk: only for type AMI; \/0\/type: "VM" is not/],
  ['a disk of 0 GiB', { type: 'AMI', disk: 0 }, /\/disk: must be >= 1$/],
  ['a disk of 65 GiB', { type: 'AMI', disk: 65 }, /\/disk: must be <= 64$/],
  ['a disk of one GiB and a half', { type: 'AMI', disk: 1.5 }, /\/disk: must be integer$/],
  ['a disk that is text', { type: 'AMI', disk: '8' }, /\/disk: must be integer$/],
  ['an empty context', { context: '' }, /\/context: "" is not allowed here \(Folder that is sent/],
  ['an absolute context', { context: '/etc' }, /\/context: "\/etc" is not/],
  ['the folder above', { context: '..' }, /\/context: "\.\." is not/],
  ['a context that climbs at its end', { context: 'a/..' }, /\/context: /],
  ['a context that climbs within', { context: 'a/../../b' }, /\/context: /],
  ['a context that climbs behind a point', { context: './../b' }, /\/context: /],
  ['backslashes', { context: '..\\b' }, /\/context: /],
  ['a newline in a path', { context: 'a\nb' }, /\/context: /],
  ['a NUL in a path', { context: 'a\0b' }, /\/context: /],
  ['a context of 256 letters', { context: 'a'.repeat(256) }, /\/context: must NOT have more than 255 char/],
  ['a dockerfile of the machine', { dockerfile: '/etc/passwd' }, /\/dockerfile: "\/etc\/passwd" is not/],
  ['a dockerfile above', { dockerfile: '../Dockerfile' }, /\/dockerfile: "..\/Dockerfile" is not/],
  ['a dockerfile that is a boolean', { dockerfile: true }, /\/dockerfile: must be string/],
  ['args that are a list', { args: ['A=1'] }, /\/args: must be object/],
  ['an arg name with -', { args: { 'a-b': '' } }, /\/args: "a-b" is not allowed here \(Name of an ARG/],
  ['an arg name that begins with a digit', { args: { '1a': '' } }, /\/args: "1a" is not/],
  ['an arg without name', { args: { '': '' } }, /\/args: "" is not/],
  ['an arg that is a number', { args: { A: 1 } }, /\/args\/A: must be string/],
  ['an arg of 4,097 letters', { args: { A: 'a'.repeat(4097) } }, /\/args\/A: must NOT have more than 4096/],
  [
    '65 args',
    { args: Object.fromEntries(Array.from({ length: 65 }, (_, i) => [`A${i}`, ''])) },
    /\/args: must NOT have more than 64/,
  ],
  ['an empty target', { target: '' }, /\/target: "" is not/],
  ['a target that is a flag', { target: '--push' }, /\/target: "--push" is not/],
  ['platforms that are text', { platforms: 'linux/arm64' }, /\/platforms: must be array/],
  ['no platforms at all', { platforms: [] }, /\/platforms: must NOT have fewer than 1 items/],
  [
    'an unknown platform',
    { platforms: ['linux/amd64', 'linux/arm65'] },
    /\/platforms\/1: "linux\/arm65" is not one of linux\/amd64, linux\/arm64, linux\/386, /,
  ],
  ['a platform of Windows', { platforms: ['windows/amd64'] }, /\/platforms\/0: "windows\/amd64" is not one/],
  ['a platform by its processor', { platforms: ['arm64'] }, /\/platforms\/0: "arm64" is not one of/],
  ['platforms in one text', { platforms: ['linux/amd64,linux/arm64'] }, /\/platforms\/0: "linux/],
  ['a platform by another name', { platforms: ['linux/arm64/v8'] }, /\/platforms\/0: "linux\/arm64\/v8" is/],
  ['a platform that is a number', { platforms: [64] }, /\/platforms\/0: must be string/],
  [
    'a platform twice',
    { platforms: ['linux/arm64', 'linux/arm64'] },
    /\/platforms: must NOT have duplicate items/,
  ],
  ['a secret that is no list', { secrets: 'npm' }, /\/secrets: must be array$/],
  [
    'a secret that is a path',
    { secrets: ['a/b'] },
    /\/secrets\/0: "a\/b" is not allowed here \(Name of a secret/,
  ],
  ['a secret that climbs', { secrets: ['npm', '../npm'] }, /\/secrets\/1: "..\/npm" is not allowed here/],
  ['a secret that is hidden', { secrets: ['.npmrc'] }, /\/secrets\/0: ".npmrc" is not/],
  ['a secret with more in it', { secrets: ['npm,target=/x'] }, /\/secrets\/0: "npm,target=\/x" is not/],
  ['a secret with a newline', { secrets: ['npm\n'] }, /\/secrets\/0: "npm\\n" is not/],
  ['a secret without name', { secrets: [''] }, /\/secrets\/0: "" is not/],
  ['a secret that is a number', { secrets: [1] }, /\/secrets\/0: must be string$/],
  ['a secret of 129 letters', { secrets: ['x'.repeat(129)] }, /\/secrets\/0: "x+ is not/],
  ['a secret that is there twice', { secrets: ['a', 'a'] }, /\/secrets: must NOT have duplicate items/],
  ['17 secrets', { secrets: [...'abcdefghijklmnopq'] }, /\/secrets: must NOT have more than 16 items$/],
  ['tags that are text', { tags: 'latest' }, /\/tags: must be array/],
  ['an empty tag', { tags: ['a', ''] }, /\/tags\/1: "" is not allowed here \(Tag beside the version/],
  ['the tag of a disk', { tags: ['1.4-ami'] }, /\/tags\/0: "1.4-ami" is not allowed here/],
  ['a tag with a slash', { tags: ['a/b'] }, /\/tags\/0: "a\/b" is not/],
  ['a tag twice', { tags: ['a', 'b', 'a'] }, /\/tags: must NOT have duplicate items/],
  [
    'eleven tags',
    { tags: Array.from({ length: 11 }, (_, i) => `t${i}`) },
    /\/tags: must NOT have more than 10/,
  ],
  ['its version as a tag', { tags: ['latest', '1.4.2'] }, /\/tags: 1\.4\.2 is the version itself$/],
  ['limits that are a list', { limits: [] }, /\/limits: must be object/],
  ['a limit of memory', { limits: { memory: '1g' } }, /\/limits\/memory: unknown key/],
  ['no minutes at all', { limits: { minutes: 0 } }, /\/limits\/minutes: must be >= 0.1/],
  ['more minutes than a day has', { limits: { minutes: 1441 } }, /\/limits\/minutes: must be <= 1440/],
  ['minutes that are text', { limits: { minutes: '10' } }, /\/limits\/minutes: must be number/],
  [
    'a size without a unit',
    { limits: { size: '500' } },
    /\/limits\/size: "500" is not allowed here \(What its/,
  ],
  ['a size that is a number', { limits: { size: 500 } }, /\/limits\/size: must be string/],
  ['an unknown key', { colour: 'red' }, /\/colour: unknown key/],
  ['a key in other case', { Version: '1' }, /\/Version: unknown key/],
  ['a key that every object has', { constructor: {} }, /\/constructor: unknown key/],
]
const bad = suite('parseImages refuses')
for (const [name, keys, message] of BAD)
  bad(name, async () => {
    const said = await complaint(file({ ...WEB, ...keys }))
    assert.ok(said.startsWith('images.json: /0'), said)
    assert.match(said.slice('images.json: /0'.length), new RegExp(`^${message.source}`))
  })
bad('a key __proto__, and leaves every other object as it was', async () => {
  const entry = JSON.stringify(WEB).replace('{', '{"__proto__":{"target":"evil"},')
  assert.is(await complaint(text(`[${entry}]`)), 'images.json: /0/__proto__: unknown key')
  assert.is(({} as { target?: string }).target, undefined)
})
bad('a name that is there twice, and names it', async () =>
  assert.is(
    await complaint(file(WEB, { ...WEB, service_name: 'api' }, { ...WEB, version: '2' })),
    'images.json: /2/service_name: web is there twice',
  ),
)
bad('the second entry by its place', async () =>
  assert.match(await complaint(file(WEB, { ...WEB, version: '' })), /^images\.json: \/1\/version: /),
)
bad('all that does not fit the type at once', async () => {
  const long = { ...WEB, service_name: 'api', type: 'AMI', version: 'v'.repeat(126) }
  assert.match(
    await complaint(file(long, { ...WEB, disk: 4 }, { ...WEB, service_name: 'db', disk: 2 })),
    /^images\.json: \/0\/version: must NOT have more than 124 .*; \/1\/disk: only for type AMI; \/2\/disk: only for type AMI$/,
  )
})
bad('several mistakes at once, five at most', async () => {
  const said = await complaint(file(1, { ...WEB, colour: 1, service_name: 'B', version: '' }, 2, 3, 4))
  assert.match(said, '/0: must be object; ')
  assert.match(said, '/1/colour: unknown key; ')
  assert.is(said.split('; ').length, 5)
})
bad.run()

const context = suite('contextOf')
const CONTEXTS: [string | undefined, string][] = [
  [undefined, 'web'],
  ['services/api', 'services/api'],
  ['.', ''],
  ['./', ''],
  ['./services//api/.', 'services/api'],
  ['services/api/', 'services/api'],
]
for (const [given, expected] of CONTEXTS)
  context(`is "${expected}" for ${given}`, () =>
    assert.is(contextOf({ ...WEB, ...(given !== undefined && { context: given }) }), expected),
  )
context.run()

const dockerfile = suite('dockerfileOf')
dockerfile('is Dockerfile where nothing is said', () => assert.is(dockerfileOf(WEB), 'Dockerfile'))
dockerfile('is the path inside the context', () =>
  assert.is(dockerfileOf({ ...WEB, dockerfile: './docker//Dockerfile.prod' }), 'docker/Dockerfile.prod'),
)
dockerfile.run()
