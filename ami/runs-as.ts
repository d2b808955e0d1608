import { unfit } from './refusal.ts'
import type { Accounts } from './tar/splice.ts'

export type RunsAs = { uid: string; gid: string; groups: string[]; home: string }

/** USER as Docker reads it: a name or number, with or without a group; names are those of the image's own files. */
export function runsAs(user: string, accounts: Accounts): RunsAs {
  const [name = '', group = ''] = user === '' ? ['0'] : user.split(':')
  const users = rows(accounts.passwd)
  const found = users.find((row) => row[0] === name) ?? users.find((row) => isId(name) && row[2] === name)
  const uid = found?.[2] ?? name
  if (!isId(uid)) throw unfit(`USER ${user}: the image has no user ${JSON.stringify(name)} in /etc/passwd`)
  const home = found?.[5] || '/'
  if (group !== '') return { uid, gid: groupId(user, group, accounts), groups: [], home }
  const member = rows(accounts.group).filter(
    (row) => found && row[3]?.split(',').includes(found[0] as string),
  )
  const gid = found?.[3] ?? '0'
  if (!isId(gid))
    throw unfit(`USER ${user}: /etc/passwd of the image gives it the group ${JSON.stringify(gid)}`)
  return { uid, gid, groups: member.map((row) => row[2] ?? '').filter(isId), home }
}

function groupId(user: string, group: string, accounts: Accounts): string {
  const gid = rows(accounts.group).find((row) => row[0] === group)?.[2] ?? group
  if (!isId(gid)) throw unfit(`USER ${user}: the image has no group ${JSON.stringify(group)} in /etc/group`)
  return gid
}

function rows(text = ''): string[][] {
  return text.split('\n').map((line) => line.trim().split(':'))
}

/** What setpriv takes: all but -1. */
function isId(text: string): boolean {
  return /^\d{1,10}$/.test(text) && Number(text) < 2 ** 32 - 1
}
