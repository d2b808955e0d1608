import type { MergeRecord } from '../functions/shared/merge-record.ts'
import { oneLine } from '../functions/shared/printable.ts'

/** How a merge stands, in one line: every service with its version and state. */
export function mergeLine(record: MergeRecord): string {
  const services = record.services.map(({ name, version, state }) => `${name} ${version} ${state}`)
  const what = services.length > 0 ? services.join(', ') : record.state
  return oneLine(record.reason ? `${what} (${record.reason})` : what)
}

/** A service and what its badge says. */
export type Shown = { name: string; message: string }

/** Where things are on this machine. */
export type Places = { gateway: string; registry: string; secrets: string; dockerHost: string | undefined }

/** What stands after the first merge: everything a person needs next. */
export function welcome(services: Shown[], places: Places, realGitHub: boolean): string {
  const { gateway, registry, secrets, dockerHost } = places
  const badge = (name: string) => `${gateway}/function/badge/${name}.svg`
  const width = Math.max(...services.map(({ name }) => name.length), 8)
  const first = services[0]
  const version = first?.message.split(' ')[0] ?? 'VERSION'
  const name = first?.name ?? 'SERVICE'
  const login = `docker login ${registry} -u "$(cat ${secrets}/registry-user)" --password-stdin < ${secrets}/registry-password`
  return [
    ...services.map((one) => `  ${one.name.padEnd(width)}  build | ${one.message}   ${badge(one.name)}`),
    '',
    `  webhook   ${gateway}/function/webhook`,
    `  page      ${gateway}/function/badge/`,
    `  badge     [![build](${badge(name)})](${gateway}/function/badge/${name})`,
    `  secrets   ${secrets}`,
    ...(dockerHost === undefined ? [] : [`  engine    export DOCKER_HOST=${dockerHost}`]),
    `  pull      ${login}`,
    `            docker pull ${registry}/${name}:${version}`,
    '  yours     npm start -- --repo PATH            (any git repository on this machine)',
    realGitHub
      ? `  GitHub    Settings, Webhooks, Add: a public URL that leads to the webhook, content type application/json, the secret in ${secrets}/webhook-secret, events pull requests and pushes`
      : '  GitHub    npm start -- --github owner/repo    (README, "Connect GitHub")',
  ].join('\n')
}
