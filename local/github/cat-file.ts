import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { on } from 'node:events'
import type { Socket } from 'node:net'
import pLimit from 'p-limit'
import { environmentOfGit, GitError, noGit } from './git.ts'

/** What git has under a name: a commit, a tree, a blob or a tag, as its bytes. */
export type GitObject = { sha: string; type: string; bytes: Buffer }

type Git = ChildProcessWithoutNullStreams
type Reader = { child: Git; ask: (name: string) => Promise<GitObject | undefined> }

/** ms after which a git that nobody asks is ended. */
const IDLE_MS = 1_000

const readers = new Map<string, Reader>()

/**
 * The object that `name` (without a line end) names in a repository, undefined where there is none. It is read by a git
 * that stays for the next question: to start one costs several times what an answer does, and GitHub is asked a lot.
 */
export function readObject(directory: string, name: string): Promise<GitObject | undefined> {
  const reader = readers.get(directory) ?? openReader(directory)
  readers.set(directory, reader)
  return reader.ask(name)
}

function openReader(directory: string): Reader {
  const child = spawn('git', [`--git-dir=${directory}`, 'cat-file', '--batch'], { env: environmentOfGit() })
  const forget = () => readers.get(directory)?.child === child && readers.delete(directory)
  const gone = endOf(child)
  gone.catch(forget)
  // One after another: what comes is the answer to what was asked last.
  const one = pLimit(1)
  const isIdle = () => one.activeCount + one.pendingCount === 0
  const idle = setTimeout(() => {
    if (!isIdle()) return void idle.refresh()
    forget()
    child.stdin.end()
  }, IDLE_MS).unref()
  const ask = async (name: string) => {
    keepAlive(child, true)
    try {
      return await one(() => Promise.race([answer(child, name), gone]))
    } finally {
      idle.refresh()
      if (isIdle()) keepAlive(child, false)
    }
  }
  return { child, ask }
}

/** Rejects when git ends, however it does. */
function endOf(child: Git): Promise<never> {
  let complaint = ''
  child.stderr.on('data', (chunk) => (complaint += chunk))
  // A git that has ended says why by its code; EPIPE adds nothing.
  child.stdin.on('error', () => {})
  return new Promise((_, reject) => {
    child.on('error', (cause) => reject(noGit(cause)))
    child.on('close', (code) => reject(new GitError('cat-file', code, complaint)))
  })
}

// https://git-scm.com/docs/git-cat-file#_batch_output
async function answer(child: Git, name: string): Promise<GitObject | undefined> {
  const data = on(child.stdout, 'data')
  child.stdin.write(`${name}\n`)
  const chunks: Buffer[] = []
  let missing = Number.POSITIVE_INFINITY
  let head: RegExpExecArray | null = null
  for await (const [chunk] of data as AsyncIterable<[Buffer]>) {
    chunks.push(chunk)
    const begin = Number.isFinite(missing) ? '' : Buffer.concat(chunks).toString('latin1')
    if (begin.includes('\n')) {
      head = /^([0-9a-f]{40}) (\w+) (\d+)\n/.exec(begin)
      if (head === null) return undefined
      missing = head[0].length + Number(head[3]) + 1 - begin.length
    } else missing -= chunk.length
    if (missing <= 0) break
  }
  const [{ length } = '', sha = '', type = ''] = head ?? []
  return { sha, type, bytes: Buffer.concat(chunks).subarray(length, -1) }
}

/** A git that waits for a question keeps nobody from ending. */
function keepAlive(child: Git, alive: boolean): void {
  const handles = [child, child.stdin, child.stdout, child.stderr] as unknown as Pick<
    Socket,
    'ref' | 'unref'
  >[]
  for (const handle of handles) alive ? handle.ref() : handle.unref()
}
