import { run } from '../faasd/command.ts'

/** Runs kubectl against the cluster that the operator named; an Error has its last lines. */
export type Kubectl = (args: string[], options?: { input?: string; fine?: number[] }) => Promise<string>

export function kubectlAt(context: string | undefined): Kubectl {
  const where = context === undefined ? [] : ['--context', context]
  return (args, options) => run('kubectl', [...where, ...args], options)
}
