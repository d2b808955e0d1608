import { createSpinner } from 'nanospinner'
import pc from 'picocolors'
import { plainText } from '../functions/shared/printable.ts'

/**
 * How `npm start` speaks: one line a step. A terminal gets a spinner and colour, a pipe plain lines, and neither
 * what a repository, git or an engine would have it obey.
 */
export type Progress = {
  /** Names what is going on now. */
  step(text: string): void
  done(text: string): void
  failed(text: string): void
  /** A line beside the steps. */
  say(text: string): void
  /** Ends what spins, so that others may write. */
  quiet(): void
}

export function openProgress(out: NodeJS.WriteStream): Progress {
  if (!out.isTTY) {
    const line = (text: string) => void out.write(`${plainText(text)}\n`)
    return { step: line, done: line, failed: line, say: line, quiet: () => {} }
  }
  const spinner = createSpinner('', { stream: out })
  const beside = (write: () => void) => {
    spinner.stop()
    write()
  }
  return {
    step: (text) => void spinner.start({ text: plainText(text) }),
    done: (text) => void spinner.success({ text: plainText(text) }),
    failed: (text) => void spinner.error({ text: plainText(text) }),
    say: (text) => beside(() => out.write(`${pc.dim(plainText(text))}\n`)),
    quiet: () => void spinner.stop(),
  }
}
