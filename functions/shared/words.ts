/** What the shared modules say to people, and in check.ts what mends a fault where nothing better is known. */

// Settings of stack.yml.
export const notDuration = (name: string, text: string) =>
  `${name}=${text}: write a duration such as 45s or 20m`
export const notCount = (name: string, text: string) => `${name}=${text}: write a whole number from 1 up`
export const notSize = (name: string, text: string) => `${name}=${text}: write a size such as 500m or 2g`
export const noUrl = (name: string) => `${name} is missing: set it in stack.yml`
export const notUrl = (name: string, text: string) =>
  `${name}=${text}: write a URL such as https://registry:5000`
export const notExpression = (name: string, text: string) => `${name}=${text}: write a regular expression`
export const notBranch = (name: string, branch: string) => `${name}: ${branch} is no name of a branch`
export const branchTwice = (name: string, branch: string) => `${name}: ${branch} is there twice`
export const branchTooLong = (name: string, branch: string) => `${name}: ${branch} is too long a name`
export const secretMissing = (name: string) => `the secret ${name} is missing or empty`

// Requests.
export const bodyNotJson = (why: string) => `the body is not JSON: ${why}`
export const bodyNotObject = 'the body must be a JSON object'
export const misfit = (place: string, problem: string) => `${place}: ${problem}`
export const unknownKey = (key: string) => `unknown key ${key}`
export const notHint = 'a hint must be {"services": ["name", …]}'

// images.json.
export const imagesTooLarge = 'images.json is over 64 kB'
export const imagesMark = 'images.json begins with a byte order mark: save it as UTF-8 without one'
export const imagesNotJson = (why: string) => `images.json is not JSON: ${why}`
export const imagesWrong = (places: string) => `images.json: ${places}`
export const namedTwice = (index: number, name: string) =>
  `images.json: /${index}/service_name: ${name} is there twice`
export const taggedAsItself = (index: number, version: string) =>
  `images.json: /${index}/tags: ${version} is the version itself`
export const keyUnknown = (place: string, key: string) => `${place}/${key}: unknown key`
export const keyMissing = (place: string, key: string) => `${place}: "${key}" is missing`
export const noneOf = (place: string, value: string, allowed: string) =>
  `${place}: ${value} is not one of ${allowed}`
export const notAllowedHere = (place: string, value: string, rule: string) =>
  `${place}: ${value} is not allowed here (${rule})`
export const tooLong = (place: string, problem: string, rule: string | undefined) =>
  rule === undefined ? `${place}: ${problem}` : `${place}: ${problem} (${rule})`
export const onlyForAmi = 'only for type AMI'
export const aList = 'a list'
export const anObject = 'an object'

// The registry.
export const stoppedSending = 'it stopped in the middle of a blob'
export const registrySilent = (why: string) => `the registry does not answer (${why})`
export const passwordRefused = (status: number) =>
  `the registry refused the password of registry-user (HTTP ${status})`
export const tokenServiceOpen = "the registry's token service must be https"
export const otherHost = (method: string, repository: string) =>
  `the registry sends ${method} ${repository} to another host, which is not followed`
export const registryAnswered = (status: number, method: string, repository: string, why: string) =>
  `the registry answered ${status} to ${method} ${repository}: ${why}`
export const noReason = 'no reason given'
export const digestUntold = (repository: string) => `the registry did not tell the digest of ${repository}`
export const otherBytes = (digest: string) => `the registry gave other bytes than ${digest}`
export const halfKept = (digest: string) => `the registry kept only a part of ${digest}`
export const ownerTorn = (service: string) =>
  `the registry cannot read which repository ${service} belongs to: say it with take_over`
export const reasonUnknown = 'unknown'

// Any HTTP answer.
export const silence = 'nothing came for too long'
export const answerTooLong = (limit: number) => `the answer is longer than ${limit} bytes`

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
  github_ca: 'put the CA of your GitHub, in PEM, into the secret github-ca',
  github_app: 'correct `github_app_id` and the secret github-app-key: docs/github.md',
  github_rate: 'put a token into the secret github-token, or wait',
  repository_unseen: 'give github-token access to the repository, or correct `repositories`',
  repository_renamed: 'write its new name in `repositories`',
  branch_missing: 'git push origin HEAD:BRANCH, or correct `branch`',
  webhook_missing: 'README, "Connect GitHub"',
  webhook_wrong: 'README, "Connect GitHub"',
  webhook_unanswered: 'README, "Connect GitHub": the table of answers',
  clock_off: 'timedatectl set-ntp true',
  disk_full: "docker builder prune, or collect the registry's garbage as registry/README.md says",
  engine_cache: 'set `engine_cache` in stack.yml, then faas-cli deploy -f stack.yml',
  timer_silent: 'let a timer call {"catch_up":true} every minute',
  node_old: 'install Node 20.12 or newer: https://nodejs.org',
  front_down: 'restart the front proxy',
  front_certificate: 'renew the certificate of the front proxy',
  port_open: 'close port 8081 of faasd-provider',
  ami_none: 'start the service ami, and set `ami_host`: docs/ami.md',
  ami_down: 'start the service ami, or correct `ami_host`: docs/ami.md',
  ami_untested: 'make the image of the service ami anew: ami/README.md',
  ami_old: 'make the image of the service ami anew: ami/README.md',
  ami_loose: 'keep the service ami from the network, and limit it: docs/threat-model.md',
  aws_region: 'set `aws_region` in stack.yml, then faas-cli deploy -f stack.yml',
  aws_credentials: 'faas-cli secret update aws-credentials --from-file=FILE',
  build_secrets: 'faas-cli secret update build-secrets --from-file=FILE: docs/images-json.md',
  base_registries: 'faas-cli secret update base-registries --from-file=FILE: docs/faasd.md',
  notify_urls: 'faas-cli secret update notify-urls --from-file=FILE, one URL a line',
  notify_secret: 'make one as docs/notifications.md says, and put it into the secret notify-secret',
  notify_down: 'start the receiver, or correct notify-urls: docs/notifications.md',
} as const
