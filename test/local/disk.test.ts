import { execFile, execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { packed } from '../../ami/packed.ts'
import { sparseArchive } from '../../ami/sparse.ts'
import { putDisk } from '../../functions/build/disk-manifest.ts'
import { openRegistry, type Registry } from '../../functions/shared/registry.ts'
import { registryTransport } from '../../functions/shared/registry-transport.ts'
import { secretsIn } from '../../functions/shared/secrets.ts'
import { DISK_USAGE, type DiskOptions, readDiskOptions } from '../../local/disk-options.ts'
import { fetchDisk } from '../../local/fetch-disk.ts'
import { type MemoryRegistry, startMemoryRegistry } from '../support/memory-registry.ts'

const ROOT = join(import.meta.dirname, '../..')
const SIZE = 1 << 28
const MANIFEST = 'application/vnd.oci.image.manifest.v1+json'

const options = suite('the options of npm run disk')
options('have defaults', () => {
  assert.equal(readDiskOptions(['box:1.0.0'], '/home/ada'), {
    service: 'box',
    version: '1.0.0',
    out: '/home/ada/disk.img',
    registry: 'https://127.0.0.1:5000',
    login: { secrets: '/home/ada/.artefacto/secrets' },
    help: false,
  })
})
options('lead to another registry with a user of its own', () => {
  const login = ['--user', 'ada', '--password-file', 'p', '--ca', '/ca.pem']
  const read = readDiskOptions(
    ['a.b:1-ami', '--registry', 'https://r.example/', ...login, '--out', 'x'],
    '/a',
  )
  assert.equal(
    [read.service, read.version, read.out, read.registry],
    ['a.b', '1', '/a/x', 'https://r.example'],
  )
  assert.equal(read.login, { user: 'ada', passwordFile: '/a/p', caFile: '/ca.pem' })
})
for (const [args, says] of [
  [[], /^name one service and its version/],
  [['box'], /^name one service/],
  [['box:1', 'web:1'], /^name one service/],
  [['Box:1'], /^name one service/],
  [['box:1', '--registry', '127.0.0.1:5000'], /^--registry 127\.0\.0\.1:5000: write an address/],
  [['box:1', '--user', 'ada'], /^--user and --password-file belong together/],
  [['box:1', '--size', '8'], /--size/],
] as [string[], RegExp][])
  options(`refuse "${args.join(' ')}" with the usage`, () => {
    assert.throws(
      () => readDiskOptions(args, '/'),
      (error: Error) => says.test(error.message) && error.message.includes(DISK_USAGE),
    )
  })
options.run()

const disk = suite('npm run disk')
const folder = mkdtempSync(join(tmpdir(), 'disk-test-'))
const secrets = join(folder, 'secrets')
let server: MemoryRegistry
let registry: Registry
let layer: Buffer
disk.before(async () => {
  server = await startMemoryRegistry({ user: 'ada', password: 'secret' })
  mkdirSync(secrets)
  writeFileSync(join(secrets, 'registry-user'), 'ada\n')
  writeFileSync(join(secrets, 'registry-password'), 'secret\n')
  registry = openRegistry(registryTransport(server.url, secretsIn(secrets)))
  layer = await sparseLayer()
  await putAs('box', '1.0.0', layer)
  await putOther('web', '1.0.0')
  await putOther('web', '2.0.0-ami')
  await putAs('odd', '1.0.0', gzipSync('x'.repeat(2000)))
})
disk.after(async () => {
  await server.close()
  rmSync(folder, { recursive: true })
})

/** A disk with three MiB of data in it, as the service writes it. */
async function sparseLayer(): Promise<Buffer> {
  const file = join(folder, 'disk.img')
  const handle = await open(file, 'w')
  await handle.truncate(SIZE)
  for (const [i, at] of [0, (1 << 27) + 8192, SIZE - (1 << 20)].entries())
    await handle.write(Buffer.alloc(1 << 20, `data ${i} `), 0, 1 << 20, at)
  await handle.close()
  const parts: Buffer[] = []
  const archived = sparseArchive(file, new AbortController().signal)
  for await (const part of packed(archived, () => {})) parts.push(part)
  rmSync(file)
  return Buffer.concat(parts)
}

/** As build puts it there. */
async function putAs(service: string, version: string, bytes: Buffer): Promise<void> {
  const digest = await registry.putBlob(service, bytes)
  const disk = { gib: SIZE / 2 ** 30, size: bytes.length, recipe: '', kernel: '', booted: '' }
  const layer = { digest, size: bytes.length }
  const made = { image: digest, source: 'v1:0', disk, layer, labels: {} }
  await putDisk(registry, service, `${version}-ami`, made)
}

async function putOther(repository: string, tag: string): Promise<void> {
  const digest = await registry.putBlob(repository, Buffer.from('{}'))
  const config = { mediaType: 'application/vnd.oci.empty.v1+json', digest, size: 2 }
  const manifest = { schemaVersion: 2, mediaType: MANIFEST, config, layers: [config] }
  await registry.putManifest(repository, tag, MANIFEST, Buffer.from(JSON.stringify(manifest)))
}

/** The options of these words, by default of the registry here and for a file that is not there. */
function asked(...args: string[]): DiskOptions {
  const unless = (names: string[], ...words: string[]) =>
    names.some((name) => args.includes(name)) ? [] : words
  const given = [
    ...unless(['--registry'], '--registry', server.url),
    ...unless(['--out'], '--out', join(folder, 'out.img')),
    ...unless(['--user', '--state'], '--state', folder),
  ]
  return readDiskOptions([...args, ...given], ROOT)
}

async function complaint(...args: string[]): Promise<string> {
  return fetchDisk(asked(...args)).then(
    () => 'none',
    (error: Error) => error.message,
  )
}

function left(): string[] {
  return readdirSync(folder).filter((name) => name.startsWith('out.img'))
}

function run(...args: string[]): Promise<{ code: number; out: string; said: string }> {
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      ['--import', 'tsx', 'local/disk.ts', ...args],
      { cwd: ROOT },
      (error, out, said) => resolve({ code: error ? Number(error.code) : 0, out, said }),
    )
  })
}

disk('writes what GNU tar makes of the layer, with its holes', async () => {
  const file = join(folder, 'box.img')
  const { code, out, said } = await run(
    'box:1.0.0',
    '--out',
    file,
    '--registry',
    server.url,
    '--state',
    folder,
  )
  assert.equal([said, code], ['', 0])
  execFileSync('tar', ['-xzSf', '-', '-C', folder], { input: layer })
  execFileSync('cmp', [file, join(folder, 'disk.img')])
  const { size, blocks } = statSync(file)
  assert.is(size, SIZE)
  assert.ok(blocks * 512 < 4 << 20, `${blocks * 512} bytes are used`)
  const digest = `sha256:${createHash('sha256').update(layer).digest('hex')}`
  assert.is(
    out,
    `${file}: 0.25 GiB, 3 MiB of them on this machine's disk\nSHA-256 of the layer fits: ${digest}\n`,
  )
})
disk('ends with 1 where there is none, and says why', async () => {
  const { code, out, said } = await run('web:1.0.0', '--registry', server.url, '--state', folder)
  assert.equal([code, out], [1, ''])
  assert.is(said, `${server.url}: web:1.0.0 has no disk: only the type AMI makes one\n`)
})
disk('takes a user with a password of its own', async () => {
  const login = ['--user', 'ada', '--password-file', join(secrets, 'registry-password')]
  const { size } = await fetchDisk(asked('box:1.0.0-ami', ...login, '--out', join(folder, 'mine.img')))
  assert.is(size, SIZE)
})
disk('leaves nothing of a layer that is not what its digest says', async () => {
  const blobs = server.repositories.get('box')?.blobs as Map<string, Buffer>
  const digest = [...blobs].find(([, bytes]) => bytes.length === layer.length)?.[0] as string
  const other = Buffer.from(layer)
  // The time in a gzip header: it still unpacks to the same.
  other.writeUInt8(1, 4)
  blobs.set(digest, other)
  assert.match(await complaint('box:1.0.0'), /sha256:/)
  blobs.set(digest, layer)
  assert.equal(left(), [])
})

const REFUSED: [what: string, args: () => string[], says: RegExp][] = [
  ['no such version', () => ['web:3.0.0'], /^http:.*: there is no web:3\.0\.0$/],
  ['type Docker', () => ['web:1.0.0'], /^http:.*: web:1\.0\.0 has no disk: only the type AMI makes one$/],
  ['what is no disk', () => ['web:2.0.0'], /: web:2\.0\.0-ami is something else than a disk of artefacto$/],
  ['what cannot be read', () => ['odd:1.0.0'], /^the disk .*cannot be read/],
  [
    'a file that is there',
    () => ['box:1.0.0', '--out', join(ROOT, 'LICENSE')],
    /LICENSE is there already: name another/,
  ],
  ['a folder that is not', () => ['box:1.0.0', '--out', join(folder, 'no/x')], /^ENOENT: /],
  [
    'a registry that is down',
    () => ['box:1.0.0', '--registry', 'http://127.0.0.1:1'],
    /^http:\/\/127\.0\.0\.1:1: the registry does not answer/,
  ],
  [
    'another password',
    () => ['box:1.0.0', '--user', 'ada', '--password-file', join(ROOT, 'LICENSE')],
    /password/,
  ],
  [
    'no npm start',
    () => ['box:1.0.0', '--state', join(folder, 'no')],
    /^there is no password in .*: name the folder of npm start/,
  ],
]
for (const [what, args, says] of REFUSED)
  disk(`says so for ${what}, and leaves nothing`, async () => {
    assert.match(await complaint(...args()), says)
    assert.equal(left(), [])
  })
disk.run()
