import { randomBytes } from 'node:crypto'
import { gzipSync } from 'node:zlib'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { spoolLayers } from '../../ami/layers/spool.ts'
import { layersTar } from '../../functions/build/layers-tar.ts'
import { flat, flatBlobs, flatBody, paths } from './flat.ts'
import { archive, long, odd, pax } from './odd-tar.ts'

const file = (name: string, body = name, mode = 0o644) => odd({ name, body, mode })
const folder = (name: string, mode = 0o755) => odd({ name: `${name}/`, type: '5', mode })
const symlink = (name: string, link: string) => odd({ name, type: '2', link })
const hard = (name: string, link: string, mode = 0o644) => odd({ name, type: '1', link, mode })
const gone = (name: string) => odd({ name })

const MERGED: [what: string, layers: Buffer[][], paths: string[]][] = [
  ['what is in any layer', [[file('a')], [file('b')]], ['a=a', 'b=b']],
  ['the higher of two files', [[file('a', '1')], [file('a', '2')], [file('b')]], ['a=2', 'b=b']],
  ['the last of two files in one layer', [[file('a', '1'), file('b'), file('./a', '2')]], ['a=2', 'b=b']],
  ['no file over which there is a folder', [[file('a')], [folder('a'), file('a/b', '2')]], ['a/', 'a/b=2']],
  ['nothing of a folder over which there is a file', [[folder('a'), file('a/b/c')], [file('a')]], ['a=a']],
  [
    'nothing of a folder over which there is a symlink',
    [[folder('a'), file('a/b')], [symlink('a', '/c')]],
    ['a->/c'],
  ],
  [
    'both of two folders',
    [
      [folder('a'), file('a/b')],
      [folder('a'), file('a/c')],
    ],
    ['a/', 'a/b=a/b', 'a/c=a/c'],
  ],
  [
    'no symlink over which there is a folder',
    [[symlink('a', 'b'), folder('b')], [folder('a')]],
    ['a/', 'b/'],
  ],
]
const merged = suite('flattened layers have')
for (const [what, layers, expected] of MERGED)
  merged(what, async () => assert.equal(await paths(...layers), expected))
merged('the mode of the upper of two folders', async () => {
  const [one] = await flat([folder('a', 0o755)], [folder('./a', 0o1777)])
  assert.equal([one?.name, one?.mode], ['./a/', 0o1777])
})
merged('the mode that an upper layer gives the root', async () => {
  const [root, ...more] = await flat([folder('.', 0o755)], [folder('.', 0o700)])
  assert.equal([root?.name, root?.mode, more.length], ['./', 0o700, 0])
})
merged.run()

const WHITED: [what: string, layers: Buffer[][], paths: string[]][] = [
  ['a file', [[file('a/b'), file('a/c')], [gone('a/.wh.b')]], ['a/c=a/c']],
  ['a folder with all that it has', [[file('a/b/c'), file('d')], [gone('.wh.a')]], ['d=d']],
  ['what is not there', [[file('a')], [gone('.wh.b')]], ['a=a']],
  ['no folder that has nothing left', [[file('a/b/c')], [gone('a/b/.wh.c')]], ['a/b/']],
  ['nothing of their own layer, before it', [[file('a', '1')], [gone('.wh.a'), file('a', '2')]], ['a=2']],
  ['nothing of their own layer, behind it', [[file('a', '1')], [file('a', '2'), gone('.wh.a')]], ['a=2']],
  [
    'what is below a folder that their layer makes anew',
    [
      [folder('a'), file('a/b')],
      [folder('a'), file('a/c'), gone('.wh.a')],
    ],
    ['a/', 'a/c=a/c'],
  ],
  [
    'the folder itself where their layer has only files for it',
    [
      [folder('a'), file('a/b')],
      [file('a/c'), gone('.wh.a')],
    ],
    ['a/c=a/c'],
  ],
  ['what comes again higher up', [[file('a', '1')], [gone('.wh.a')], [file('a', '3')]], ['a=3']],
  [
    'all of a folder below an opaque one',
    [
      [folder('a'), file('a/b'), file('a/c/d')],
      [folder('a'), gone('a/.wh..wh..opq'), file('a/e')],
    ],
    ['a/', 'a/e=a/e'],
  ],
  [
    'all of a folder below an opaque one, wherever that is said',
    [
      [file('a/b/c/bar'), folder('a')],
      [folder('a'), folder('a/b'), file('a/b/c/foo'), gone('a/.wh..wh..opq')],
    ],
    ['a/', 'a/b/', 'a/b/c/foo=a/b/c/foo'],
  ],
  [
    'all of the root',
    [
      [file('a'), file('b/c')],
      [gone('.wh..wh..opq'), file('d')],
    ],
    ['d=d'],
  ],
  [
    'nothing behind the symlink that a folder has replaced',
    [
      [file('usr/lib/x'), symlink('lib', 'usr/lib')],
      [folder('lib'), gone('lib/.wh..wh..opq'), file('lib/y')],
    ],
    ['lib/', 'lib/y=lib/y', 'usr/lib/x=usr/lib/x'],
  ],
  [
    'nothing by what aufs has written for itself',
    [[file('a')], [file('.wh..wh.aufs'), folder('.wh..wh.plnk'), file('.wh..wh.plnk/1.2'), file('b')]],
    ['a=a', 'b=b'],
  ],
]
const whited = suite('whiteouts take away')
for (const [what, layers, expected] of WHITED)
  whited(what, async () => assert.equal(await paths(...layers), expected))
whited.run()

const LINKED: [what: string, layers: Buffer[][], paths: string[]][] = [
  ['in one layer', [[file('a'), hard('b', 'a'), hard('c', './b')]], ['a=a', 'b==a', 'c==a']],
  ['to a file of a lower layer', [[file('a')], [hard('b', '/a')]], ['a=a', 'b==a']],
  ['whose target is replaced', [[file('a', '1'), hard('b', 'a')], [file('a', '2')]], ['a=2', 'b=1']],
  [
    'whose target is replaced, one of them is the file for the others',
    [[file('a', '1'), hard('b', 'a'), hard('c', 'a')], [file('a', '2')]],
    ['a=2', 'b=1', 'c==b'],
  ],
  [
    'whose target is whited out',
    [[file('a'), hard('b', 'a'), hard('c', 'b')], [gone('.wh.a')]],
    ['b=a', 'c==b'],
  ],
  [
    'to a file of a lower layer that is whited out in the same',
    [[file('a')], [hard('b', 'a'), gone('.wh.a')]],
    ['b=a'],
  ],
  [
    'whose target gets lost with its folder',
    [[file('d/a'), hard('b', 'd/a')], [file('d')]],
    ['b=d/a', 'd=d'],
  ],
  ['that is replaced itself', [[file('a'), hard('b', 'a')], [file('b')]], ['a=a', 'b=b']],
  ['that is whited out itself', [[file('a'), hard('b', 'a')], [gone('.wh.b')]], ['a=a']],
  [
    'to what its target was then',
    [
      [file('a', '1'), hard('b', 'a')],
      [file('a', '2'), hard('c', 'a')],
    ],
    ['a=2', 'b=1', 'c==a'],
  ],
  [
    'to what its target was then, in one layer',
    [[file('a', '1'), hard('b', 'a'), file('a', '2'), hard('c', 'a')]],
    ['a=2', 'b=1', 'c==a'],
  ],
  [
    'of which both ends come again',
    [
      [file('a', '1'), hard('b', 'a')],
      [file('a', '2'), hard('b', 'a')],
    ],
    ['a=2', 'b==a'],
  ],
  ['to a symlink', [[symlink('a', 'x'), hard('b', 'a')], [gone('.wh.a')]], ['b->x']],
  [
    'through a folder that is a symlink',
    [[file('usr/lib/a'), symlink('lib', 'usr/lib')], [hard('lib/b', 'lib/a')]],
    ['lib->usr/lib', 'usr/lib/a=usr/lib/a', 'usr/lib/b==usr/lib/a'],
  ],
]
const linked = suite('hard links')
for (const [what, layers, expected] of LINKED)
  linked(what, async () => assert.equal(await paths(...layers), expected))
linked('have mode, owner and attributes of the last that was made', async () => {
  const both = await flat([file('a', 'x', 0o600)], [hard('b', 'a', 0o104755)])
  assert.equal(
    both.map(({ name, type, mode }) => [name, type, mode]),
    [
      ['a', '0', 0o4755],
      ['b', '1', 0o4755],
    ],
  )
})
linked('have no owner and no time but those of the last', async () => {
  const one = pax({ uid: '3000000', mtime: '1.5' })
  const other = pax({ uid: '4000000', uname: 'ada' })
  const link = odd({ name: 'b', type: '1', link: 'a', mtime: 7 })
  const bytes = await flatBody(layersTar([source(archive(one, file('a'), other, link))]))
  const text = bytes.toString('latin1')
  assert.is(text.split('uid=4000000\n').length, 3)
  assert.is(text.split('uname=ada\n').length, 3)
  assert.not.match(text, /uid=3000000|mtime=/)
  assert.is(text.split('00000000007\0').length, 3)
})
linked('keep their names of any bytes and length, and what belongs to the file', async () => {
  const far = `${'d'.repeat(120)}/\xe9\xff`
  const record = { 'SCHILY.xattr.security.capability': '\x01\x00\n\xff', mtime: '1.5' }
  const body = layersTar([
    source(archive(pax(record), file('a', 'x'.repeat(700)), pax({ path: far }), hard('b', 'a'))),
  ])
  const bytes = await flatBody(body)
  const [one, two] = await flat([pax(record), file('a'), pax({ path: far }), hard('b', 'a')], [gone('.wh.a')])
  assert.equal([one?.name, one?.type, one?.body, two], [far, '0', 'a', undefined])
  assert.ok(bytes.includes(Buffer.from('SCHILY.xattr.security.capability=\x01\x00\n\xff\n', 'latin1')))
  assert.ok(bytes.includes('21 hdrcharset=BINARY\n'))
})
linked('to devices are devices', async () => {
  const [one] = await flat([odd({ name: 'n', type: '3', device: [1, 3] }), hard('m', 'n')], [gone('.wh.n')])
  assert.equal([one?.name, one?.type], ['m', '3'])
})
linked.run()

const THROUGH: [what: string, layers: Buffer[][], paths: string[]][] = [
  [
    'of a lower layer',
    [[folder('usr/lib'), symlink('lib', 'usr/lib')], [file('lib/x')]],
    ['lib->usr/lib', 'usr/lib/', 'usr/lib/x=lib/x'],
  ],
  ['of the same layer', [[symlink('a', 'b'), file('a/x')]], ['a->b', 'b/x=a/x']],
  ['to an absolute path', [[symlink('a/b', '/c'), file('a/b/x')]], ['a/b->/c', 'c/x=a/b/x']],
  [
    'upwards, never out of the root',
    [[symlink('a/b', '../../../c'), file('a/b/x')]],
    ['a/b->../../../c', 'c/x=a/b/x'],
  ],
  ['to a symlink', [[symlink('a', 'b'), symlink('b', 'c'), file('a/x')]], ['a->b', 'b->c', 'c/x=a/x']],
  [
    'for whiteouts',
    [
      [file('usr/x'), symlink('u', 'usr')],
      [gone('u/.wh.x'), file('y')],
    ],
    ['u->usr', 'usr/', 'y=y'],
  ],
]
const through = suite('folders on the way may be symlinks')
for (const [what, layers, expected] of THROUGH)
  through(what, async () => assert.equal(await paths(...layers), expected))
through.run()

function source(bytes: Buffer, size = bytes.length) {
  return {
    size,
    open: async () =>
      (async function* () {
        yield bytes
      })(),
  }
}

const blobs = suite('layers come')
const tar = archive(file('a', 'x'.repeat(100_000)), long('L', 'n'.repeat(200)), file('cut'))
for (const [what, bytes] of [
  ['as they are', tar],
  ['without an end', tar.subarray(0, -1024)],
  ['compressed with gzip', gzipSync(tar)],
  [
    'in many members of gzip',
    Buffer.concat([0, 512, 40_000].map((at, i, all) => gzipSync(tar.subarray(at, all[i + 1])))),
  ],
  ['with zeros behind their gzip', Buffer.concat([gzipSync(tar), Buffer.alloc(300_000)])],
] as [string, Buffer][])
  blobs(what, async () => {
    const seen = await flatBlobs(bytes, gzipSync(archive(file('b'))))
    assert.equal(
      seen.map(({ name, body }) => [name, body.length]),
      [
        ['a', 100_000],
        ['n'.repeat(200), 3],
        ['b', 1],
      ],
    )
  })
blobs('in whatever form, and are the same archive', async () => {
  const lower = archive(file('b/x'), folder('a'), file('a/y'), hard('c', 'a/y'))
  const upper = archive(file('a/z'), gone('b/.wh.x'), hard('0', 'c'))
  const plain = await flatBody(layersTar([source(lower), source(upper)]))
  const compressed = await flatBody(layersTar([source(gzipSync(lower)), source(gzipSync(upper))]))
  assert.ok(plain.equals(compressed))
})
blobs('with nothing in them', async () => {
  assert.equal(await flatBlobs(archive(), gzipSync(Buffer.alloc(0)), Buffer.alloc(0)), [])
})
blobs.run()

const REFUSED: [what: string, layers: Buffer[], reason: RegExp][] = [
  [
    'zstd',
    [Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0])],
    /layer 0 of the image is compressed with zstd: only gzip/,
  ],
  ['no archive', [archive(), randomBytes(2000).fill(1, 0, 1)], /a checksum does not fit/],
  [
    'half a gzip',
    [gzipSync(randomBytes(5000)).subarray(0, 3000)],
    /layer 0 .* cannot be decompressed: unexpected end/,
  ],
  [
    'broken gzip',
    [gzipSync(randomBytes(5000)).fill(0, 20, 90)],
    /layer 0 of the image cannot be decompressed: /,
  ],
  ['half an archive', [archive(file('a')).subarray(0, 700)], /ends in the middle/],
  ['a whiteout of nothing', [archive(gone('a/.wh.'))], /"a\/\.wh\.", which removes a file without a name/],
  ['a hard link to nowhere', [archive(hard('a', 'b'))], /"a" is a hard link to "b", which is no file/],
  [
    'a hard link to a folder',
    [archive(folder('b'), hard('a', 'b'))],
    /"a" is a hard link to "b", which is no file/,
  ],
  ['a file below a file', [archive(file('a'), file('a/b'))], /has files below "a", which is no folder/],
  [
    'symlinks in a circle',
    [archive(symlink('a', 'b'), symlink('b', 'a'), file('a/x'))],
    /below "a", which is no folder/,
  ],
  ['a root that is a file', [archive(file('./'))], /something else than a folder for its root/],
  ['more than the disk holds', [gzipSync(Buffer.alloc(20 << 20))], /larger than the disk of/],
  [
    'a file that the disk cannot hold, before it is there',
    [archive(), odd({ name: 'f', size: '77777777777\0' })],
    /larger than the disk of/,
  ],
]
const refused = suite('layers are refused for')
for (const [what, layers, reason] of REFUSED)
  refused(what, async () => {
    const error = await flatBlobs(...layers).catch((thrown: Error & { status: number }) => thrown)
    assert.instance(error, Error)
    assert.match((error as Error).message, reason)
    assert.is((error as { status: number }).status, 422)
  })
refused('more names than there is memory for', async () => {
  const path = `${'d'.repeat(250)}/`.repeat(15)
  async function* endless() {
    for (let i = 0; ; i++) yield Buffer.concat([pax({ path: `${path}${i}` }), odd({ name: 'cut' })])
  }
  const size = 2 ** 30
  const error = await flatBody(layersTar([{ size, open: async () => endless() }]), 1).catch(
    (thrown) => thrown,
  )
  assert.match(error.message, /more files than can become a disk/)
})
refused('a full work folder, which is not their fault', async () => {
  const full = async () => {
    throw Object.assign(new Error('no space'), { code: 'ENOSPC' })
  }
  const body = layersTar([source(archive(file('a')))])
  const error = await spoolLayers(body, { writeFile: full } as never, 1).catch((thrown) => thrown)
  assert.equal([error.status, error.message], [503, 'the disk on which the service ami works is full'])
})
refused('another body than their tar', async () => {
  const body = await source(archive(file('etc/passwd'))).open()
  const error = await flatBody(body).catch((thrown) => thrown)
  assert.equal([error.status, error.message], [400, 'the body must be a tar of layers: 0 is missing'])
})
refused.run()

const sent = suite('a tar of layers')
sent('is a plain one, with sizes of any length', async () => {
  const parts: Buffer[] = []
  const error = await (async () => {
    for await (const part of layersTar([source(Buffer.from('abc')), source(Buffer.from('x'), 2 ** 33)]))
      parts.push(part)
  })().catch((thrown: Error) => thrown)
  const bytes = Buffer.concat(parts)
  assert.is(bytes.toString('latin1', 257, 265), 'ustar\x0000')
  assert.is(bytes.toString('latin1', 512, 515), 'abc')
  assert.is(bytes.readUIntBE(1024 + 130, 6), 2 ** 33)
  assert.match(String(error), /layer 1 of the image came with 1 bytes instead of 8589934592/)
})
sent('closes the layer that is being read when nobody wants more', async () => {
  let closed = false
  async function* endless() {
    try {
      for (;;) yield Buffer.alloc(1000)
    } finally {
      closed = true
    }
  }
  for await (const part of layersTar([{ size: 1 << 20, open: async () => endless() }]))
    if (part.length === 1000) break
  assert.ok(closed)
})
sent.run()
