import type { Firewall } from './firewall.ts'

/** `say` is the sentence for the journal, about what was found and what is done about it. */
export type Action = { say: string } & (
  | { do: 'restart'; unit: 'faasd' | 'faasd-provider' }
  | { do: 'move aside'; to: string }
  | { do: 'deploy'; name: string }
  | { do: 'close port'; firewall: Firewall }
  | { do: 'confine'; pid: number }
)
