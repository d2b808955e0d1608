import type { ImageConfig } from '../functions/shared/disk-request.ts'
import { unfit } from './refusal.ts'
import { type RunsAs, runsAs } from './runs-as.ts'
import type { Accounts } from './tar/splice.ts'

const PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'
const LOADER = '/.ami/lib/ld.so --library-path /.ami/lib'

/** ENTRYPOINT and CMD as one command; a Refusal where there is nothing to run. */
export function commandOf({ Entrypoint, Cmd }: ImageConfig): string[] {
  const command = [...(Entrypoint ?? []), ...(Cmd ?? [])]
  const [program = ''] = command
  if (program === '')
    throw unfit('the image has neither ENTRYPOINT nor CMD: there is nothing that the machine could run')
  if (program.includes('='))
    throw unfit(`the first word of ENTRYPOINT or CMD has a "=" in it, which no disk can hold: ${program}`)
  return command
}

/**
 * /.ami/service, shell that init reads: who runs, the stop signal, and a function that becomes the image's command
 * with its environment, folder, user and groups, and with the signals that a shell's background job has lost.
 */
export function serviceFile(config: ImageConfig, accounts: Accounts): string {
  const who = runsAs(config.User ?? '', accounts)
  const signal = signalOf(config.StopSignal ?? '')
  const words = [...environment(config.Env ?? [], who.home), ...commandOf(config)]
  const groups = who.groups.length > 0 ? `--groups=${who.groups.join(',')}` : '--clear-groups'
  return [
    `RUNAS_UID=${who.uid}`,
    `STOPSIG=${signal}`,
    'start_service() {',
    `  cd ${quoted(config.WorkingDir || '/')} || exit 126`,
    `  exec ${LOADER} /.ami/lib/setpriv ${identity(who)} ${groups} --inh-caps=-all -- \\`,
    `    ${LOADER} /.ami/lib/env -i --default-signal HOSTNAME="$(hostname)" \\`,
    `    ${words.map(quoted).join(' ')}`,
    '}',
    '',
  ].join('\n')
}

/** One word of a shell, whatever is in it. */
export function quoted(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`
}

function identity({ uid, gid }: RunsAs): string {
  return `--reuid=${uid} --regid=${gid}`
}

function environment(given: string[], home: string): string[] {
  // A name without a value is no variable; to env it would be the command.
  const variables = given.filter((one) => one.indexOf('=') > 0)
  const has = (name: string) => variables.some((one) => one.startsWith(`${name}=`))
  return [...(has('PATH') ? [] : [`PATH=${PATH}`]), ...(has('HOME') ? [] : [`HOME=${home}`]), ...variables]
}

function signalOf(text: string): string {
  const signal = (text || 'TERM').replace(/^SIG/i, '').toUpperCase()
  if (!/^([A-Z]{2,10}\d?|\d{1,2}|RTM(IN|AX)[+-]\d{1,2})$/.test(signal))
    throw unfit(`STOPSIGNAL ${text} is no signal`)
  return signal
}
