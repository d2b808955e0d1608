/** What can be wrong, each with the command or the step that mends it where nothing better is known. */
export const MENDS = {
  secret_missing: 'faas-cli secret create NAME --from-file=FILE, then faas-cli deploy -f stack.yml',
  engine_down: 'systemctl restart docker',
  engine_old: 'install Docker Engine 20.10 or newer: https://docs.docker.com/engine/install/',
  engine_build: 'journalctl -u docker -n 50',
  engine_push: 'on the host of the Docker Engine: curl -v https://REGISTRY/v2/',
  registry_down: 'start the registry, and read its log',
  registry_open: 'give the registry its htpasswd: registry/config.yml',
  registry_certificate: 'npm run registry:credentials, then restart the registry',
  registry_password: 'npm run registry:credentials, then restart the registry',
  registry_write: 'make room: collect the garbage as registry/README.md says',
  gateway_down: 'start the gateway',
  functions_down: 'faas-cli deploy -f stack.yml',
  build_down: 'faas-cli deploy -f stack.yml --filter build',
  badge_down: 'faas-cli deploy -f stack.yml --filter badge',
  webhook_down: 'faas-cli deploy -f stack.yml --filter webhook',
  secrets_differ: 'faas-cli secret update payload-secret --from-file=FILE, then faas-cli deploy -f stack.yml',
  queue_down: 'restart the queue-worker',
  github_down: 'curl -sS https://api.github.com/rate_limit',
  github_token:
    'make a new token (https://github.com/settings/tokens) and put it into the secret github-token',
  github_rate: 'put a token into the secret github-token, or wait',
  repository_unseen: 'give github-token access to the repository, or correct `repositories`',
  branch_missing: 'git push origin HEAD:BRANCH, or correct `branch`',
  webhook_missing: 'README, "Connect GitHub"',
  webhook_wrong: 'README, "Connect GitHub"',
  webhook_unanswered: 'README, "Connect GitHub": the table of answers',
  clock_off: 'timedatectl set-ntp true',
  disk_full: "docker builder prune, or collect the registry's garbage as registry/README.md says",
  timer_silent: 'let a timer call {"catch_up":true} every minute',
  node_old: 'install Node 20.12 or newer: https://nodejs.org',
  front_down: 'restart the front proxy',
  front_certificate: 'renew the certificate of the front proxy',
  port_open: 'close port 8081 of faasd-provider',
} as const

export type Fault = keyof typeof MENDS

/** One line of the doctor's: `says` is what was found; with a fault, `mend` is what to do about it. */
export type Check = {
  name: string
  state: 'ok' | 'warning' | 'failed' | 'skipped'
  says: string
  fault?: Fault
  mend?: string
}

export function ok(name: string, says: string): Check {
  return { name, state: 'ok', says }
}

export function skipped(name: string, says: string): Check {
  return { name, state: 'skipped', says }
}

export function warning(name: string, fault: Fault, says: string, mend: string = MENDS[fault]): Check {
  return { name, state: 'warning', says, fault, mend }
}

export function failed(name: string, fault: Fault, says: string, mend: string = MENDS[fault]): Check {
  return { name, state: 'failed', says, fault, mend }
}
