import { gzipSync } from 'node:zlib'
import * as assert from 'uvu/assert'
import { NoDisk } from '../../functions/build/request-disk.ts'
import { diskSuite } from '../support/disk-suite.ts'
import { type Asked, debugfs, openStage, type Stage } from './ami-stage.ts'
import { archive, long, odd, pax } from './odd-tar.ts'

const CAPABILITY = '\x01\x00\x00\x02\x00\x20\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00'
const FAR = `far/${'d'.repeat(200)}/${'é'.repeat(100)}`

const disk = diskSuite('a disk of an odd image')
let stage: Stage
let file: string

disk.before(async () => {
  stage = await openStage()
  const layer = archive(
    odd({ name: 'bin/', type: '5', mode: 0o755 }),
    odd({ name: 'bin/setuid', body: 'x', mode: 0o6755, uid: 1000 }),
    odd({ name: 'bin/hard', type: '1', link: 'bin/setuid', mode: 0o106755, uid: 1000 }),
    odd({ name: 'dev/null', type: '3', mode: 0o666, device: [1, 3] }),
    odd({ name: 'dev/vda', type: '4', mode: 0o660, device: [254, 0] }),
    odd({ name: 'pipe', type: '6' }),
    odd({ name: 'sticky/', type: '5', mode: 0o1777 }),
    odd({ name: 'latin\xe9', body: 'ustar' }),
    pax({ path: 'pax\xe9\xff' }),
    odd({ name: 'cut', body: 'pax' }),
    long('L', `gnu\xe9${'n'.repeat(120)}`),
    odd({ name: 'cut', body: 'gnu' }),
    pax({ path: Buffer.from(FAR).toString('latin1') }),
    odd({ name: 'cut', body: 'far' }),
    odd({ name: 'symlink', type: '2', link: '/bin/\xff' }),
    pax({ 'SCHILY.xattr.user.note': 'x', 'SCHILY.xattr.security.capability': CAPABILITY }),
    odd({ name: 'capable', body: 'x', mode: 0o755 }),
    odd({ name: 'zeros', body: Buffer.alloc(64 << 20) }),
    odd({ name: 'new\nline', body: 'x' }),
    odd({ name: '\x1f\x8b\x08', body: 'no gzip' }),
  )
  file = (await stage.disk('odd', [layer])).file
})
disk.after(() => stage.end())

disk('keeps modes, owners, devices and what a hard link is', () => {
  const setuid = debugfs(file, 'stat /bin/setuid')
  assert.match(setuid, /Mode: +06755/)
  assert.match(setuid, /User: +1000/)
  assert.match(setuid, /Links: 2/)
  assert.match(debugfs(file, 'stat /bin/hard'), /^Inode: (\d+)/.exec(setuid)?.[0] ?? 'none')
  assert.match(debugfs(file, 'stat /dev/null'), /Type: character[\s\S]*Device major\/minor number: 01:03/)
  assert.match(debugfs(file, 'stat /dev/vda'), /Type: block[\s\S]*254:00/)
  assert.match(debugfs(file, 'stat /pipe'), /Type: FIFO/)
  assert.match(debugfs(file, 'stat /sticky'), /Mode: +01777/)
})
disk('keeps names in any bytes', () => {
  const names = debugfs(file, 'ls -p /')
  for (const name of ['latin\xe9', 'pax\xe9\xff', `gnu\xe9${'n'.repeat(120)}`, '\x1f\x8b\x08', 'new\nline'])
    assert.ok(names.includes(`/${name}/`), JSON.stringify(name))
  assert.is(debugfs(file, `cat "/${Buffer.from(FAR).toString()}"`), 'far')
  assert.match(debugfs(file, 'stat /symlink'), 'Fast link dest: "/bin/\xff"')
})
disk('keeps file capabilities and no other attribute, and holes as holes', () => {
  assert.match(
    debugfs(file, 'ea_list /capable'),
    /^Extended attributes:\n +security\.capability \(20\) = [^=]+$/,
  )
  assert.match(debugfs(file, 'stat /zeros'), /Size: 67108864[\s\S]*Blockcount: 0/)
})

async function refusal(layer: Buffer, asked: Asked = {}): Promise<NoDisk> {
  try {
    await stage.disk('refused', [layer], asked)
  } catch (error) {
    if (error instanceof NoDisk) return error
    throw error
  }
  throw new Error('a disk was made')
}
const empty = archive()

for (const [what, layer, asked, reason] of [
  ['no ENTRYPOINT and no CMD', empty, { config: { Entrypoint: null } }, /neither ENTRYPOINT nor CMD/],
  ['an unknown USER', empty, { config: { User: 'web' } }, /USER web: the image has no user "web"/],
  ['another architecture', empty, { architecture: 'arm64' }, /for arm64: only amd64/],
  ['a path upwards', archive(odd({ name: '../x' })), {}, /has the name "\.\.\/x"/],
  ['a hard link to nowhere', archive(odd({ name: 'h', type: '1', link: 'nowhere' })), {}, /nowhere/],
] as const)
  disk(`is refused for ${what}`, async () => {
    const { status, message } = await refusal(layer, asked as Asked)
    assert.is(status, 422)
    assert.match(message, reason)
  })
disk('is refused for an image that is larger than the disk', async () => {
  // As many as fit into the work folder, and no longer beside a file system's own.
  const full = archive(odd({ name: 'full', body: Buffer.alloc(1000 << 20, 'x') }))
  const { message } = await refusal(gzipSync(full, { level: 1 }))
  assert.match(message, /larger than the disk of 1 GiB: raise "disk" in images\.json/)
})
disk('is refused for a command that ends, with the end of the console', async () => {
  const config = { Entrypoint: ['/no/such/program'], ExposedPorts: { '80/tcp': {} } }
  const { message, console } = await refusal(empty, { config, boot: ['bios'] })
  assert.match(
    message,
    /does not answer on port 80: the command of the image ended with 127, again and again/,
  )
  assert.match(console ?? '', /\/no\/such\/program[\s\S]*the service ended with 127/)
})
disk.run()
