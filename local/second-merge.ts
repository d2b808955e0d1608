import { resolve } from 'node:path'
import { LOCAL_REGISTRY } from './disk-options.ts'
import type { Engine } from './engine.ts'
import { localLedger } from './follow.ts'
import { mergeMachine } from './machine-merge.ts'
import type { Progress } from './progress.ts'
import { diskLines } from './report.ts'
import { readSample } from './sample.ts'
import { showMerge } from './show-merge.ts'
import { shown } from './shown.ts'
import type { Stack } from './stack.ts'
import type { State } from './state.ts'

/** Merges the sample's service of type AMI, unless an earlier start did, and shows how its disk is had and started. */
export async function secondMerge(
  { stack, state, engine, branch }: { stack: Stack; state: State; engine: Engine; branch: string },
  progress: Progress,
): Promise<void> {
  const { github, gateway, registry } = stack
  if (github === undefined) return
  const { machine } = await readSample(engine)
  const merge = await mergeMachine(github, machine, branch)
  if (merge === undefined) return
  progress.step('Merging a third service, of type AMI')
  const ledger = localLedger(state, registry.url)
  if (!(await showMerge(github.url, ledger, { progress, hasDisks: () => true }, merge))) return
  for (const one of await shown(gateway.url, [machine.entry.service_name]))
    progress.say(`\n${diskLines(one, gateway.url, optionsOf(state, registry.url))}`)
}

/** What `npm run disk` has to be told of this machine. */
function optionsOf(state: State, registry: string): string[] {
  return [
    ...(registry === LOCAL_REGISTRY ? [] : ['--registry', registry]),
    ...(state.folder === resolve('.artefacto') ? [] : ['--state', state.folder]),
  ]
}
