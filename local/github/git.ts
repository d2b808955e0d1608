import { spawn } from 'node:child_process'

/** Author and committer of everything that the local GitHub commits itself. */
export const IDENTITY = { name: 'artefacto sample', email: 'sample@artefacto.invalid' }

/** A git command that ended with another code than 0; `code` is git's own. */
export class GitError extends Error {
  code: number | null
  constructor(command: string, code: number | null, complaint: string) {
    super(`git ${command} ended with ${code}: ${complaint.trim()}`)
    this.name = 'GitError'
    this.code = code
  }
}

/**
 * Runs git on the bare repository in `directory` and gives its output. `--git-dir` is explicit, so git neither
 * looks for a repository nor asks who owns it.
 */
export function git(
  directory: string,
  args: string[],
  options: { input?: string | Buffer; environment?: Record<string, string> } = {},
): Promise<Buffer> {
  return run([`--git-dir=${directory}`, ...args], args[0] as string, options)
}

/** Runs git without a repository (clone, init). */
export function gitAnywhere(args: string[], environment: Record<string, string> = {}): Promise<Buffer> {
  return run(args, args[0] as string, { environment })
}

/** The output of a git command as it comes; git is ended when the reader stops reading. */
export async function* gitStream(directory: string, args: string[]): AsyncGenerator<Buffer> {
  const child = spawn('git', [`--git-dir=${directory}`, ...args], {
    env: environmentOfGit(),
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  const code = new Promise<number | null>((resolve, reject) => child.on('error', reject).on('close', resolve))
  try {
    for await (const chunk of child.stdout) yield chunk as Buffer
    if ((await code) !== 0) throw new GitError(args[0] as string, await code, 'it stopped half way')
  } finally {
    child.kill()
  }
}

function run(
  args: string[],
  command: string,
  options: { input?: string | Buffer; environment?: Record<string, string> },
): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const child = spawn('git', args, { env: environmentOfGit(options.environment) })
    const output: Buffer[] = []
    let complaint = ''
    child.stdout.on('data', (chunk) => output.push(chunk))
    child.stderr.on('data', (chunk) => (complaint += chunk))
    child.on('error', (cause) => reject(noGit(cause)))
    child.on('close', (code) => {
      if (code === 0) resolve(Buffer.concat(output))
      else reject(new GitError(command, code, complaint))
    })
    // A git that ends before it has read everything says why on stderr; EPIPE adds nothing.
    child.stdin.on('error', () => {})
    child.stdin.end(options.input)
  })
}

/** What is said where there is no git to start. */
export function noGit(cause: Error): Error {
  return new Error('git cannot be started: is it installed?', { cause })
}

/**
 * What git is started with. Built from nothing: a GIT_DIR of a hook that we run under, or the person's own
 * configuration (signing, templates, hooks), must not reach these commands.
 */
export function environmentOfGit(extra: Record<string, string> = {}): NodeJS.ProcessEnv {
  return {
    PATH: process.env.PATH,
    LC_ALL: 'C.UTF-8',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_TERMINAL_PROMPT: '0',
    GIT_AUTHOR_NAME: IDENTITY.name,
    GIT_AUTHOR_EMAIL: IDENTITY.email,
    GIT_COMMITTER_NAME: IDENTITY.name,
    GIT_COMMITTER_EMAIL: IDENTITY.email,
    ...extra,
  }
}
