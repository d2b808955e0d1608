import { mkdir, open, readFile, utimes, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import type { Description } from '../functions/shared/disk-request.ts'
import { batched } from './batched.ts'
import { identityOf, layoutOf, loaderFiles, type Part, partitionTable, SECTOR } from './layout.ts'
import { tooLarge, unfit, workFull } from './refusal.ts'
import { commandOf, serviceFile } from './service-file.ts'
import { splice } from './tar/splice.ts'
import { runTool, ToolError } from './tool.ts'

/** Bytes that go to the tar's reader at once. */
const BATCH = 256 * 1024

/** /opt/ami of the service's image: vmlinuz, both loaders, the payload. */
export const KIT = '/opt/ami'
/** FAT knows no time before. */
const EARLIEST = Date.UTC(1980, 0, 1) / 1000
const JOURNAL_MIB = 16

type Making = {
  file: string
  description: Description
  /** The image's file system. */
  tar: AsyncIterable<Buffer>
  signal: AbortSignal
  kit?: string
}

/**
 * Makes `file` a disk that boots with UEFI and with BIOS and runs the image's command. Needs no privilege: partitions,
 * file systems and loaders are written into the file by programs that never mount anything.
 */
export async function makeDisk({ file, description, tar, signal, kit = KIT }: Making): Promise<void> {
  const { config, image, disk } = description
  commandOf(config)
  const layout = layoutOf(disk)
  const id = identityOf(image)
  const mtime = epochOf(description.created)
  const env = reproducible(mtime, dirname(file))
  const tool = (program: string, args: string[], input?: Iterable<string> | AsyncIterable<Buffer>) =>
    runTool(program, args, { signal, env, ...(input && { input }) })
  await emptyFile(file, layout.sectors * SECTOR)
  await tool('sfdisk', ['-q', '--no-reread', '--no-tell-kernel', file], [partitionTable(layout, id)])
  const payload = await readFile(join(kit, 'payload.tar'))
  const service = (accounts: Parameters<typeof serviceFile>[1]) => serviceFile(config, accounts)
  const root = batched(splice(tar, { payload, mtime, service }), BATCH)
  await tool('mke2fs', ext4(file, layout.root, id.filesystem), root).catch(explain(disk))
  await tool('e2fsck', ['-fn', `${file}?offset=${layout.root.start * SECTOR}`]).catch(explain(disk))
  await fillEsp({
    file,
    esp: layout.esp,
    serial: id.disk.slice(0, 8),
    files: loaderFiles(id),
    mtime,
    kit,
    tool,
  })
}

type RunTool = (program: string, args: string[]) => Promise<void>

async function fillEsp(of: {
  file: string
  esp: Part
  serial: string
  files: Record<string, string>
  mtime: number
  kit: string
  tool: RunTool
}): Promise<void> {
  const { file, esp, kit, tool, mtime } = of
  const offset = esp.start * SECTOR
  const drive = ['-i', `${file}@@${offset}`]
  const geometry = ['-T', `${esp.size}`, '-h', '64', '-s', '32', '-H', `${esp.start}`]
  await tool('mformat', [...drive, ...geometry, '-F', '-N', of.serial, '-v', 'ESP', '::'])
  await tool('mmd', [...drive, '::/EFI', '::/EFI/BOOT', '::/loader', '::/loader/entries', '::/syslinux'])
  for (const [name, text] of Object.entries(of.files)) {
    const source = join(dirname(file), basename(name))
    await writeFile(source, text)
    await utimes(source, mtime, mtime)
    await tool('mcopy', ['-m', ...drive, source, `::/${name}`])
  }
  await tool('mcopy', ['-m', ...drive, join(kit, 'systemd-bootx64.efi'), '::/EFI/BOOT/BOOTX64.EFI'])
  await tool('mcopy', ['-m', ...drive, join(kit, 'vmlinuz'), '::/vmlinuz'])
  await tool('syslinux', ['--offset', `${offset}`, '--directory', 'syslinux', '--install', file])
  await writeBootSector(file, await readFile(join(kit, 'gptmbr.bin')))
}

function ext4(file: string, root: Part, uuid: string): string[] {
  const extended = `offset=${root.start * SECTOR},hash_seed=${uuid},lazy_itable_init=1,root_owner=0:0`
  const shape = ['-t', 'ext4', '-L', 'root', '-U', uuid, '-m', '1', '-J', `size=${JOURNAL_MIB}`, '-b', '4096']
  return ['-q', '-F', ...shape, '-E', extended, '-d', '-', file, `${root.size / 2}k`]
}

/** Times from the image, nothing from the machine. */
function reproducible(epoch: number, folder: string): Record<string, string> {
  const time = { SOURCE_DATE_EPOCH: `${epoch}`, E2FSPROGS_FAKE_TIME: `${epoch}`, TZ: 'UTC' }
  const mtools = { MTOOLS_SKIP_CHECK: '1', MTOOLSRC: '/dev/null' }
  return { ...time, ...mtools, LC_ALL: 'C', HOME: folder, TMPDIR: folder }
}

/** Seconds; rounded up, or the youngest files of the image would become older. */
function epochOf(created: string): number {
  return Math.max(EARLIEST, Math.ceil(Date.parse(created) / 1000))
}

async function emptyFile(file: string, size: number): Promise<void> {
  await mkdir(dirname(file), { recursive: true })
  const handle = await open(file, 'w')
  await handle.truncate(size).finally(() => handle.close())
}

async function writeBootSector(file: string, code: Buffer): Promise<void> {
  const handle = await open(file, 'r+')
  await handle.write(code, 0, code.length, 0).finally(() => handle.close())
}

function explain(disk: number): (error: unknown) => never {
  return (error) => {
    if (!(error instanceof ToolError)) throw error
    if (/allocate block|No free space|No space left in ext2|Could not allocate (?!inode)/i.test(error.said))
      throw tooLarge(disk)
    if (/allocate inode|No free inodes|inode table/i.test(error.said))
      throw unfit(`the image has more files than a disk of ${disk} GiB holds: raise "disk" in images.json`)
    if (/No space left on device/.test(error.said)) throw workFull()
    throw unfit(`the files of the image do not go onto a disk: ${reasonOf(error)}`)
  }
}

/** What mke2fs says before it says that it has failed, without the name of its function. */
function reasonOf({ said, message }: ToolError): string {
  const [line = message] = said.split('\n').filter((one) => /^\w+: /.test(one) && !one.startsWith('mke2fs: '))
  return line.replace(/^\w+: /, '')
}
