import { randomInt } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Hook } from './hook.ts'
import { instant } from './instant.ts'
import type { Pull } from './pull.ts'
import type { Status } from './status.ts'

/** What GitHub knows of a repository and git does not: `<repo>.json` beside `<repo>.git`. */
export type Ledger = {
  id: number
  private: boolean
  created_at: string
  pushed_at: string
  pulls: Pull[]
  statuses: Status[]
  hooks: Hook[]
  /** The names that it had before. */
  formerly?: string[]
}

export type Repository = { owner: string; name: string; fullName: string; directory: string; ledger: Ledger }

// What GitHub allows in a name; `.` and `..` are the only such names that would leave the folder.
const NAME = /^(?!\.{1,2}$)[A-Za-z0-9_.-]{1,100}$/

/** Splits `owner/name`; anything that GitHub would not allow, or that leaves the folder, is undefined. */
export function parseFullName(fullName: string): { owner: string; name: string } | undefined {
  const [owner = '', name = '', ...more] = fullName.split('/')
  return more.length === 0 && NAME.test(owner) && NAME.test(name) ? { owner, name } : undefined
}

/** The repository of that name, in whatever case it is asked for. Read from disk at every call. */
export function findRepository(folder: string, fullName: string): Repository | undefined {
  const names = parseFullName(fullName)
  if (names === undefined) return undefined
  const owner = sameName(folder, names.owner)
  const entry = owner && sameName(join(folder, owner), `${names.name}.git`)
  return owner && entry ? open(folder, owner, entry.slice(0, -'.git'.length)) : undefined
}

/** The repository with GitHub's numeric id. */
export function findRepositoryById(folder: string, id: number): Repository | undefined {
  return allRepositories(folder).find((repository) => repository.ledger.id === id)
}

/** The repository that once had this name, as long as no other one has it. */
export function findFormerRepository(folder: string, fullName: string): Repository | undefined {
  const named = (name: string) => name.toLowerCase() === fullName.toLowerCase()
  return allRepositories(folder).find(({ ledger }) => ledger.formerly?.some(named))
}

/** Gives a repository another name, or another owner. */
export function renameRepository(folder: string, repository: Repository, fullName: string): void {
  const directory = join(folder, `${fullName}.git`)
  mkdirSync(dirname(directory), { recursive: true })
  repository.ledger.formerly = [...(repository.ledger.formerly ?? []), repository.fullName]
  saveLedger(repository)
  renameSync(ledgerFile(repository.directory), ledgerFile(directory))
  renameSync(repository.directory, directory)
}

/** The branch that HEAD names: GitHub's default branch. */
export function defaultBranch(repository: Repository): string {
  return readFileSync(join(repository.directory, 'HEAD'), 'utf8')
    .trim()
    .replace(/^ref: refs\/heads\//, '')
}

/** Writes the ledger as a whole, so that a process that is killed leaves the old one. */
export function saveLedger(repository: Repository): void {
  const file = ledgerFile(repository.directory)
  writeFileSync(`${file}.new`, JSON.stringify(repository.ledger, null, 2))
  renameSync(`${file}.new`, file)
}

/** Makes the ledger of a new bare repository; its id is random, as a deleted and recreated one has a new id. */
export function firstLedger(directory: string, isPrivate: boolean, now: Date): Ledger {
  const time = instant(now)
  const ledger: Ledger = {
    id: randomInt(100_000_000, 2_000_000_000),
    private: isPrivate,
    created_at: time,
    pushed_at: time,
    pulls: [],
    statuses: [],
    hooks: [],
  }
  writeFileSync(ledgerFile(directory), JSON.stringify(ledger, null, 2))
  return ledger
}

function allRepositories(folder: string): Repository[] {
  return namesIn(folder).flatMap((owner) =>
    namesIn(join(folder, owner))
      .filter((entry) => entry.endsWith('.git'))
      .map((entry) => open(folder, owner, entry.slice(0, -'.git'.length))),
  )
}

function open(folder: string, owner: string, name: string): Repository {
  const directory = join(folder, owner, `${name}.git`)
  const file = ledgerFile(directory)
  // A bare repository that somebody put there by hand has none yet.
  const ledger = existsSync(file)
    ? // Older ones know no hooks.
      { hooks: [], ...(JSON.parse(readFileSync(file, 'utf8')) as Omit<Ledger, 'hooks'>) }
    : firstLedger(directory, false, new Date())
  return { owner, name, fullName: `${owner}/${name}`, directory, ledger }
}

function ledgerFile(directory: string): string {
  return directory.replace(/\.git$/, '.json')
}

function sameName(folder: string, name: string): string | undefined {
  return namesIn(folder).find((entry) => entry.toLowerCase() === name.toLowerCase())
}

function namesIn(folder: string): string[] {
  if (!existsSync(folder)) return []
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
}
