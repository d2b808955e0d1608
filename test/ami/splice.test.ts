import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { archive, long, odd, pax } from './odd-tar.ts'
import { brought, spliced } from './spliced.ts'

const NO_UTF8 = 'caf\xe9/\xff\xfe'

const passes = suite('splice passes through')
passes('every kind of member as it came, whatever pieces it comes in', async () => {
  const members = [
    odd({ name: 'a/', type: '5', mode: 0o755 }),
    odd({ name: 'a/file', body: 'x'.repeat(1500), mode: 0o4711, uid: 1000 }),
    odd({ name: 'a/link', type: '2', link: '/nowhere' }),
    odd({ name: 'a/hard', type: '1', link: 'a/file' }),
    odd({ name: 'a/null', type: '3', device: [1, 3] }),
    odd({ name: 'a/disk', type: '4', device: [8, 0] }),
    odd({ name: 'a/pipe', type: '6' }),
    odd({ name: 'a/old', type: '\0', body: 'before POSIX' }),
  ]
  for (const piece of [1, 511, 512, 513, 100_000]) {
    const { bytes } = await spliced(archive(...members), piece)
    for (const member of members) assert.ok(bytes.includes(member))
  }
})
passes('names of any length and bytes: prefix, GNU, extended headers', async () => {
  const far = `${'d'.repeat(90)}/${'e'.repeat(90)}`
  const seen = await brought(
    odd({ name: 'e', prefix: 'd', body: '1' }),
    long('L', `${far}/gnu`),
    odd({ name: 'cut', body: '2' }),
    pax({ path: `${far}/pax` }),
    odd({ name: 'cut', body: '3' }),
    odd({ name: NO_UTF8, body: '4' }),
    pax({ linkpath: 'l'.repeat(200) }),
    odd({ name: 's', type: '2', link: 'cut' }),
    long('K', 'k'.repeat(300)),
    odd({ name: 'k', type: '2', link: 'cut' }),
  )
  const files = seen.filter(({ type }) => type !== '5')
  assert.equal(
    files.map(({ name, body, link }) => [name, body, link]),
    [
      ['d/e', '1', ''],
      [`${far}/gnu`, '2', ''],
      [`${far}/pax`, '3', ''],
      [NO_UTF8, '4', ''],
      ['s', '', 'l'.repeat(200)],
      ['k', '', 'k'.repeat(300)],
    ],
  )
})
passes('sizes in base 256 and from an extended header', async () => {
  const base256 = `\x80${'\0'.repeat(10)}\x03`
  const seen = await brought(
    odd({ name: 'b', body: 'abc', size: base256 }),
    pax({ size: '3' }),
    odd({ name: 'p', body: 'def', size: '00000000000\0' }),
    odd({ name: 'last', body: 'ghi' }),
  )
  assert.equal(
    seen.map(({ name }) => name),
    ['b', 'p', 'last'],
  )
})
passes('attributes that are no text', async () => {
  const record = pax({ 'SCHILY.xattr.security.capability': '\x01\x00\x00\x02\xff\n\x80' })
  const { bytes } = await spliced(archive(record, odd({ name: 'ping' })))
  assert.ok(bytes.includes(record))
})
passes.run()

const changes = suite('splice changes')
changes('an extended header with a name beyond ASCII, which libarchive would take for letters', async () => {
  const { bytes, members } = await spliced(
    archive(pax({ path: NO_UTF8, mtime: '1.5' }), odd({ name: 'cut' })),
  )
  assert.ok(bytes.includes(Buffer.from(`21 hdrcharset=BINARY\n16 path=${NO_UTF8}\n13 mtime=1.5\n`, 'latin1')))
  assert.ok(members.some(({ name }) => name === NO_UTF8))
})
changes("the mode of hard links, into which dockerd writes the file's type", async () => {
  const [file, link] = await brought(
    odd({ name: 'f' }),
    odd({ name: 'h', type: '1', link: 'f', mode: 0o100755 }),
  )
  assert.is(file?.mode, 0o644)
  assert.is(link?.mode, 0o755)
})
changes('a comment for all files: it is left out', async () => {
  const { bytes } = await spliced(archive(pax({ comment: 'a commit' }, 'g'), odd({ name: 'f' })))
  assert.not.ok(bytes.includes('a commit'))
})
changes('folders that the archive has forgotten: they are made', async () => {
  const far = `${'d'.repeat(120)}/\xe9`
  assert.ok(
    (await brought(pax({ path: `${far}/f` }), odd({ name: 'f' }))).some(({ name }) => name === `${far}/`),
  )
  const seen = await brought(odd({ name: './a/b/c' }))
  assert.equal(
    seen.map(({ name, type, mode }) => [name, type, mode]),
    [
      ['a/', '5', 0o755],
      ['a/b/', '5', 0o755],
      ['./a/b/c', '0', 0o644],
    ],
  )
})
changes.run()

const ours = suite('splice has of its own')
ours('hosts, hostname, resolv.conf, the console and /.ami, whatever the image has there', async () => {
  const theirs = ['etc/hosts', './etc/hostname', '/etc/resolv.conf', 'dev/console', '.dockerenv', '.ami/init']
  const { members } = await spliced(archive(...theirs.map((name) => odd({ name, body: 'theirs' }))))
  assert.not.ok(members.some(({ body }) => body === 'theirs'))
  assert.equal(
    members.map(({ name, body }) => [name, body.split('\n')[0]]),
    [
      ...['.ami/', 'dev/', 'etc/', 'proc/', 'sys/', 'run/', 'tmp/'].map((name) => [name, '']),
      ['etc/hostname', 'localhost'],
      ['etc/hosts', '127.0.0.1\tlocalhost'],
      ['etc/resolv.conf', ''],
      ['.ami/service', 'the service'],
    ],
  )
})
ours('no /run and no /tmp where the image has its own, even as a symlink', async () => {
  const { members } = await spliced(
    archive(odd({ name: 'run', type: '2', link: 'var/run' }), odd({ name: 'tmp/', type: '5', mode: 0o700 })),
  )
  assert.is(members.filter(({ name }) => /^(run|tmp)/.test(name)).length, 2)
})
ours("what the image's accounts are", async () => {
  const { accounts } = await spliced(
    archive(
      odd({ name: './etc/passwd', body: 'root:x:0:0\n' }),
      odd({ name: 'etc/group', body: 'w:x:1:\n' }),
    ),
  )
  assert.equal(accounts, { passwd: 'root:x:0:0\n', group: 'w:x:1:\n' })
})
ours.run()

const REFUSED: [what: string, members: Buffer[], reason: RegExp][] = [
  ['a path upwards', [odd({ name: 'a/../../etc/shadow' })], /has the name "a\/\.\.\/\.\.\/etc\/shadow"/],
  [
    'a name of 256 bytes',
    [pax({ path: 'n'.repeat(256) }), odd({ name: 'n' })],
    /longer than a disk can hold/,
  ],
  [
    'a path of 4096 bytes',
    [pax({ path: 'p/'.repeat(2048) }), odd({ name: 'n' })],
    /longer than a disk can hold/,
  ],
  ['a NUL in a name', [pax({ path: 'a\0b' }), odd({ name: 'n' })], /has the name/],
  ['a symlink to nothing', [odd({ name: 's', type: '2' })], /no target of 1 to 1023 bytes/],
  [
    'a symlink of 1024 bytes',
    [pax({ linkpath: 'l'.repeat(1024) }), odd({ name: 's', type: '2' })],
    /no target of/,
  ],
  ['a sparse member', [odd({ name: 's', type: 'S' })], /of a kind that no disk can hold \(tar type S\)/],
  ['a sparse member of POSIX', [pax({ 'GNU.sparse.major': '1' }), odd({ name: 's' })], /of a kind that/],
  ['a header for all files', [pax({ path: 'x' }, 'g')], /sets path for all of its files/],
  [
    'a header that is too long',
    [odd({ name: 'x', type: 'x', size: '00777777777\0' })],
    /header .* is too long/,
  ],
  [
    'a broken extended header',
    [odd({ name: 'x', type: 'x', body: '99 path=a\n' })],
    /extended header .* is broken/,
  ],
  ['a size below zero', [odd({ name: 'f', size: `\xff${'\xff'.repeat(11)}` })], /damaged at "f"/],
  [
    'a hard link with contents',
    [pax({ size: '9' }), odd({ name: 'h', type: '1', link: 'f' })],
    /and is no file/,
  ],
  [
    'a hard link to a file of ours',
    [odd({ name: 'h', type: '1', link: '/etc/hosts' })],
    /hard link to "\/etc\/hosts"/,
  ],
  [
    'a folder that was a symlink',
    [odd({ name: 'l', type: '2', link: 'x' }), odd({ name: 'l/f' })],
    /is a symlink/,
  ],
  [
    'a file that was a folder',
    [odd({ name: 'd/', type: '5' }), odd({ name: 'd' })],
    /is a folder and something else/,
  ],
  ['/etc as a symlink', [odd({ name: 'etc', type: '2', link: 'x' })], /is a folder and something else/],
  [
    'a checksum that does not fit',
    [Buffer.from(odd({ name: 'f' })).fill('g', 0, 1)],
    /a checksum does not fit/,
  ],
]
const refuses = suite('splice refuses')
for (const [what, members, reason] of REFUSED)
  refuses(what, async () => {
    await spliced(archive(...members)).then(
      () => assert.unreachable('nothing was refused'),
      (error: Error) => {
        assert.is(error.name, 'Refusal')
        assert.match(error.message, reason)
      },
    )
  })
refuses('an archive that ends in the middle, wherever that is', async () => {
  const whole = archive(odd({ name: 'f', body: 'x'.repeat(600) }))
  for (const end of [0, 100, 512, 700, 1536, 2047])
    await spliced(whole.subarray(0, end)).then(
      () => assert.unreachable(`${end} bytes were taken for a whole archive`),
      (error: Error) => assert.match(error.message, /ends in the middle/),
    )
})
refuses.run()
