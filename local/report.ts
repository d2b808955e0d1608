import type { MergeRecord } from '../functions/shared/merge-record.ts'
import type { Options } from './options.ts'
import type { State } from './state.ts'

/** How a merge stands, in one line: every service with its version and state. */
export function mergeLine(record: MergeRecord): string {
  const services = record.services.map(({ name, version, state }) => `${name} ${version} ${state}`)
  const what = services.length > 0 ? services.join(', ') : record.state
  return record.reason ? `${what} (${record.reason})` : what
}

/** What stands after the first merge: everything a person needs next. Paths and addresses of this machine. */
export function welcome(
  options: Options,
  state: State,
  gateway: string,
  registry: string,
  services: string[],
): string {
  const [first = 'web'] = services
  const user = `$(cat ${state.secrets}/registry-user)`
  const password = `${state.secrets}/registry-password`
  const hook = `${gateway}/function/webhook`
  const lines = [
    ...services.map((name) => `badge      ${gateway}/function/badge/${name}.svg`),
    `history    ${gateway}/function/badge/${first}/builds.json`,
    `webhook    ${hook}`,
    `secrets    ${state.secrets}/`,
    `pull       docker login ${registry} -u "${user}" --password-stdin < ${password}`,
    `           docker pull ${registry}/${first}:VERSION`,
    `your own   npm start -- --repo PATH`,
    options.github.length > 0
      ? `GitHub     in each repository: Settings, Webhooks, Add; a public address that leads to ${hook}; content type application/json; secret: ${state.secrets}/webhook-secret; events: pull requests and pushes`
      : `GitHub     npm start -- --github owner/repo`,
  ]
  return lines.join('\n')
}
