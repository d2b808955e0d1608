import { modeOf, octal, stampChecksum } from './header.ts'
import type { Member } from './member.ts'
import { paxHeader } from './pax.ts'

/** Where a member stands, in an extended header. */
const PLACE = /^(path|linkpath|size|hdrcharset)$/
/** Who it belongs to and since when; in the header at these bytes, with its mode. */
const OWNER = /^(uid|gid|uname|gname|mtime|atime|ctime)$/
const OWNER_BYTES = [
  [100, 124],
  [136, 148],
  [265, 329],
] as const
const NAME_BYTES = 100
const SIZE_LIMIT = 8 ** 11

type Change = {
  path: string
  /** Where its hard link leads; undefined: it is no hard link. */
  linked?: string
  /** Whose mode, owner, times and attributes it has. */
  like?: Member
}

/** What stands before the body of a member under another name, or as a hard link; its name may be of any length. */
export function rewritten(member: Member, { path, linked, like = member }: Change): Buffer {
  const header = Buffer.from(member.header)
  for (const [from, to] of OWNER_BYTES) like.header.copy(header, from, from, to)
  const type = linked === undefined ? member.type : '1'
  const link = linked ?? (type === '2' ? member.link : '')
  const size = type === '0' ? member.size : 0
  const records = new Map(recordsOf(member, like)).set('path', path)
  if (link !== '') records.set('linkpath', link)
  if (size >= SIZE_LIMIT) records.set('size', `${size}`)
  // What hard links have here besides permissions, a reader would believe.
  header.write(octal((modeOf(header) as number) & 0o7777, 8), 100, 'latin1')
  header.write(octal(size < SIZE_LIMIT ? size : 0, 12), 124, 'latin1')
  header.write(type, 156)
  for (const [at, text] of [
    [0, path],
    [157, link],
  ] as const)
    header.fill(0, at, at + NAME_BYTES).write(text.slice(0, NAME_BYTES), at, 'latin1')
  // GNU has other things where POSIX has the prefix of a name.
  header.write('ustar\x0000', 257, 'latin1')
  header.fill(0, 345, 500)
  stampChecksum(header)
  return Buffer.concat([paxHeader(records), header])
}

function recordsOf(member: Member, like: Member): [string, string][] {
  const own = [...member.records].filter(([key]) => !PLACE.test(key) && !OWNER.test(key))
  const theirs = [...like.records].filter(([key]) => OWNER.test(key) || key.includes('.xattr.'))
  return [...own, ...theirs]
}
