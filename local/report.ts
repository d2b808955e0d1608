import type { MergeRecord } from '../functions/shared/merge-record.ts'
import { oneLine } from '../functions/shared/printable.ts'
import type { Shown } from './shown.ts'

/** How a merge stands, in one line: every service with its version and state. */
export function mergeLine(record: MergeRecord): string {
  const services = record.services.map(({ name, version, state }) => `${name} ${version} ${state}`)
  const what = services.length > 0 ? services.join(', ') : record.state
  return oneLine(record.reason ? `${what} (${record.reason})` : what)
}

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

/**
 * What stands after the merge of a service of type AMI: its badge, and how its disk is had and started. `more` are the
 * options of `npm run disk` that this machine needs.
 */
export function diskLines({ name, message }: Shown, gateway: string, more: string[]): string {
  const version = message.split(' ')[0]
  return [
    `  ${name.padEnd(8)}  build | ${message}   ${gateway}/function/badge/${name}.svg`,
    `  disk      ${['npm run disk --', `${name}:${version}`, ...more].join(' ')}`,
    '            qemu-system-x86_64 -machine q35 -m 512 -nographic -drive file=disk.img,format=raw,if=none,id=root -device nvme,drive=root,serial=root -netdev user,id=net,hostfwd=tcp:127.0.0.1:8082-:8080 -device virtio-net-pci,netdev=net',
    '            curl http://127.0.0.1:8082/     (more: docs/ami.md)',
  ].join('\n')
}
