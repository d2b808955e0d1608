import { createSpinner } from 'nanospinner'
import pc from 'picocolors'

/** How `npm start` speaks: one line a step. A terminal gets a spinner and colour, a pipe plain lines. */
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
    const line = (text: string) => void out.write(`${text}\n`)
    return { step: line, done: line, failed: line, say: line, quiet: () => {} }
  }
  const spinner = createSpinner('', { stream: out })
  const beside = (write: () => void) => {
    spinner.stop()
    write()
  }
  return {
    step: (text) => void spinner.start({ text }),
    done: (text) => void spinner.success({ text }),
    failed: (text) => void spinner.error({ text }),
    say: (text) => beside(() => out.write(`${pc.dim(text)}\n`)),
    quiet: () => void spinner.stop(),
  }
}
