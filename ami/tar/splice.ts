import { unfit } from '../refusal.ts'
import { byteReader } from './byte-reader.ts'
import { END, tarEntry } from './entry.ts'
import { type Member, nextMember, shown } from './member.ts'
import { checkLink, placeOf, places } from './places.ts'

/** What each disk has of its own: containers get these from the engine, too. */
const OURS = /^(\.dockerenv|etc\/(hosts|hostname|resolv\.conf)|dev\/console|\.ami(\/.*)?)$/
const FIRST = ['dev', 'etc', 'proc', 'sys']
const ACCOUNTS_LIMIT = 1 << 20
const HOSTS = '127.0.0.1\tlocalhost\n::1\tlocalhost ip6-localhost ip6-loopback\n'

/** What USER is looked up in; undefined where the image has no such file, or one that is no ordinary file. */
export type Accounts = { passwd?: string; group?: string }

type Ours = {
  /** Entries for /.ami. */
  payload: Buffer
  /** Of what is added, seconds. */
  mtime: number
  /** The file /.ami/service, once the image's accounts are known. */
  service(accounts: Accounts): string
}

/**
 * The image's file system as an archive, with what makes it boot. Every member goes through as it came, in constant
 * memory but for the names of folders and symlinks. Ours come first, because libarchive guesses what a stream is by
 * its first bytes.
 */
export async function* splice(image: AsyncIterable<Buffer>, ours: Ours): AsyncGenerator<Buffer> {
  const { mtime } = ours
  const folder = (name: string, mode = 0o755) =>
    tarEntry({ name: Buffer.from(`${name}/`, 'latin1'), type: 'folder', mode, mtime })
  yield ours.payload
  for (const name of FIRST) yield folder(name)
  const bytes = byteReader(image)
  const known = places([...FIRST, '.ami'])
  const accounts: Accounts = {}
  for (let member = await nextMember(bytes); member; member = await nextMember(bytes)) {
    const place = placeOf(member.name)
    checkLink(member)
    refuseLinkToOurs(member)
    const padded = member.size + (-member.size & 511)
    if (OURS.test(place)) {
      for await (const _ of bytes.pass(padded));
      continue
    }
    for (const name of known.add(member.type, place)) yield folder(name)
    yield member.head
    const account = accountOf(member, place)
    if (account) {
      const body = await bytes.take(padded)
      accounts[account] = body.toString('utf8', 0, member.size)
      yield body
    } else yield* bytes.pass(padded)
  }
  for await (const _ of bytes.rest());
  if (!known.has('run')) yield folder('run')
  if (!known.has('tmp')) yield folder('tmp', 0o1777)
  yield tarEntry({ name: 'etc/hostname', body: 'localhost\n', mtime })
  yield tarEntry({ name: 'etc/hosts', body: HOSTS, mtime })
  yield tarEntry({ name: 'etc/resolv.conf', mtime })
  yield tarEntry({ name: '.ami/service', body: ours.service(accounts), mode: 0o600, mtime })
  yield END
}

function refuseLinkToOurs({ type, name, link }: Member): void {
  if (type === '1' && OURS.test(placeOf(link)))
    throw unfit(`${shown(name)} is a hard link to ${shown(link)}, which every disk has of its own`)
}

function accountOf(member: Member, place: string): 'passwd' | 'group' | undefined {
  const name = /^etc\/(passwd|group)$/.exec(place)?.[1]
  return member.type === '0' && member.size <= ACCOUNTS_LIMIT
    ? (name as 'passwd' | 'group' | undefined)
    : undefined
}
