import {
  lstatSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { resolve as absolute, join, relative } from 'node:path'
import { git, gitAnywhere } from './git.ts'
import { copyObjects } from './lfs-store.ts'
import { firstLedger, parseFullName } from './repository.ts'
import { headOf } from './revision.ts'
import { type Files, writeCommit } from './write-commit.ts'

/** What a new repository starts with: files, a folder's files, or all branches of a repository on disk. */
export type Origin = { files: Files } | { folder: string } | { clone: string }

export const DEFAULT_BRANCH = 'develop'

/**
 * Makes `owner/repo` as a bare repository in `folder`, with `develop` as its default branch. A clone has the
 * default branch of its source where that has no `develop`.
 */
export async function adopt(
  folder: string,
  fullName: string,
  origin: Origin | undefined,
  options: { private: boolean; at: Date },
): Promise<void> {
  if (parseFullName(fullName) === undefined)
    throw new Error(`${fullName} is not a name of the form owner/repo`)
  const directory = join(folder, `${fullName}.git`)
  await mkdir(join(directory, '..'), { recursive: true })
  const clone = origin !== undefined && 'clone' in origin
  await (clone ? cloneBare(origin.clone, directory) : initBare(directory))
  const files = origin === undefined || clone ? undefined : filesOf(origin)
  if (files !== undefined) {
    const ref = `refs/heads/${DEFAULT_BRANCH}`
    await writeCommit(directory, { ref, parent: undefined, files, message: 'First commit', at: options.at })
  }
  firstLedger(directory, options.private, options.at)
}

/** Makes the branches and tags of a cloned repository those of its source; what was merged here is left behind. */
export async function refresh(directory: string, source: string): Promise<void> {
  const refs = ['refs/heads/*:refs/heads/*', 'refs/tags/*:refs/tags/*']
  await trusting((environment) =>
    git(directory, ['fetch', '--quiet', '--force', absolute(source), ...refs], { environment }),
  )
  await copyObjects(source, directory)
}

/** All files below a folder but `.git`, with links and executables as such. */
export function filesOfFolder(folder: string): Files {
  const files: Files = {}
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    const path = join(folder, name)
    const facts = lstatSync(path)
    if (facts.isDirectory() || name.split('/').includes('.git')) continue
    const key = relative(folder, path)
    if (facts.isSymbolicLink()) files[key] = { link: readlinkSync(path) }
    else if (facts.mode & 0o100) files[key] = { exec: readFileSync(path) }
    else files[key] = readFileSync(path)
  }
  return files
}

async function initBare(directory: string): Promise<void> {
  const branch = `--initial-branch=${DEFAULT_BRANCH}`
  await gitAnywhere(['init', '--quiet', '--bare', '--template=', branch, directory])
}

async function cloneBare(source: string, directory: string): Promise<void> {
  await trusting((environment) =>
    // Copies, not hard links: the source stays the person's own.
    gitAnywhere(
      ['clone', '--quiet', '--bare', '--no-hardlinks', '--template=', absolute(source), directory],
      environment,
    ),
  )
  await copyObjects(source, directory)
  if ((await headOf(directory, DEFAULT_BRANCH)) === undefined) return
  await git(directory, ['symbolic-ref', 'HEAD', `refs/heads/${DEFAULT_BRANCH}`])
}

/**
 * Under sudo the source belongs to somebody else, which git refuses unless a configuration file says otherwise
 * (a variable does not reach the process that reads the source). The person named the source, so it is trusted.
 */
export async function trusting<T>(work: (environment: Record<string, string>) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'artefacto-git-'))
  const config = join(folder, 'config')
  writeFileSync(config, '[safe]\n\tdirectory = *\n')
  try {
    return await work({ GIT_CONFIG_GLOBAL: config })
  } finally {
    rmSync(folder, { recursive: true })
  }
}

function filesOf(origin: { files: Files } | { folder: string }): Files {
  return 'files' in origin ? origin.files : filesOfFolder(origin.folder)
}
