import { git, IDENTITY } from './git.ts'
import { putObject } from './lfs-store.ts'

/**
 * Path to content; a link, an executable, a file in Git LFS and a submodule at a commit say so, null deletes.
 */
export type Files = Record<
  string,
  | string
  | Buffer
  | { link: string }
  | { exec: string | Buffer }
  | { lfs: string | Buffer }
  | { submodule: string }
  | null
>

/**
 * Commits file changes on top of `parent` (none: a first commit) and moves `ref` there; the new sha. One
 * git-fast-import, so neither a work tree nor a process per file is needed.
 */
export async function writeCommit(
  directory: string,
  commit: { ref: string; parent: string | undefined; files: Files; message: string; at: Date },
): Promise<string> {
  const seconds = Math.floor(commit.at.getTime() / 1000)
  const parts: (string | Buffer)[] = [
    `commit ${commit.ref}\nmark :1\n`,
    `committer ${IDENTITY.name} <${IDENTITY.email}> ${seconds} +0000\n`,
    ...data(Buffer.from(commit.message)),
    commit.parent === undefined ? '' : `from ${commit.parent}\n`,
    ...changes(directory, commit.files),
    '\nget-mark :1\n',
  ]
  const input = Buffer.concat(parts.map((part) => Buffer.from(part)))
  return (await git(directory, ['fast-import', '--quiet'], { input })).toString().trim()
}

/** The commit that GitHub's green button makes: both parents, the tree of the second. Moves nothing. */
export async function writeMergeCommit(
  directory: string,
  merge: { base: string; head: string; message: string; at: Date },
): Promise<string> {
  const date = `@${Math.floor(merge.at.getTime() / 1000)} +0000`
  const output = await git(
    directory,
    ['commit-tree', `${merge.head}^{tree}`, '-p', merge.base, '-p', merge.head, '-F', '-'],
    { input: merge.message, environment: { GIT_AUTHOR_DATE: date, GIT_COMMITTER_DATE: date } },
  )
  return output.toString().trim()
}

/** File changes as git-fast-import reads them. */
export function changes(directory: string, files: Files): (string | Buffer)[] {
  const all = Object.entries(files)
  return [
    // Deletions first: a folder may become a file in the same commit.
    ...all.flatMap(([path, file]) => (file === null ? [`D ${quoted(path)}\n`] : [])),
    ...all.flatMap(([path, file]) => (file === null ? [] : entry(directory, path, file))),
  ]
}

function entry(directory: string, path: string, file: NonNullable<Files[string]>): (string | Buffer)[] {
  if (typeof file === 'string') return blob('100644', path, Buffer.from(file))
  if (Buffer.isBuffer(file)) return blob('100644', path, file)
  if ('link' in file) return blob('120000', path, Buffer.from(file.link))
  if ('submodule' in file) return [`M 160000 ${file.submodule} ${quoted(path)}\n`]
  if ('lfs' in file) return blob('100644', path, putObject(directory, Buffer.from(file.lfs)))
  return blob('100755', path, Buffer.from(file.exec))
}

function blob(mode: string, path: string, content: Buffer): (string | Buffer)[] {
  return [`M ${mode} inline ${quoted(path)}\n`, ...data(content)]
}

function data(content: Buffer): (string | Buffer)[] {
  return [`data ${content.length}\n`, content, '\n']
}

function quoted(path: string): string {
  return `"${path.replace(/["\\]/g, '\\$&').replaceAll('\n', '\\n')}"`
}
