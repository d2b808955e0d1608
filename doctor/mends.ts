import type { Check, Fault } from '../functions/shared/check.ts'
import type { Place } from './place.ts'

const ANEW = 'end npm start (Ctrl-C), then: npm start'
const INSTALL = 'sudo npm run faasd'
const RESTART = 'sudo systemctl restart faasd'

/** What mends a fault where the place has a shorter way than the one for any OpenFaaS. */
const WAYS: Record<Place['kind'], Partial<Record<Fault, string>>> = {
  'npm start': {
    secret_missing: ANEW,
    secrets_differ: ANEW,
    engine_down: 'systemctl start docker, or end npm start (Ctrl-C) and start it again',
    registry_down: ANEW,
    registry_open: ANEW,
    registry_certificate: ANEW,
    registry_password: ANEW,
    gateway_down: ANEW,
    functions_down: ANEW,
    build_down: ANEW,
    badge_down: ANEW,
    webhook_down: ANEW,
    queue_down: ANEW,
    timer_silent: ANEW,
    ami_none: `${ANEW}, without --no-ami`,
    ami_down: ANEW,
    ami_untested: ANEW,
    ami_old: ANEW,
    notify_secret: `delete notify-secret in the folder of secrets, ${ANEW}`,
  },
  faasd: {
    secret_missing: INSTALL,
    secrets_differ: INSTALL,
    engine_down: 'sudo systemctl restart docker',
    registry_down: RESTART,
    registry_open: INSTALL,
    registry_certificate: INSTALL,
    registry_password: INSTALL,
    gateway_down: RESTART,
    functions_down: INSTALL,
    build_down: INSTALL,
    badge_down: INSTALL,
    webhook_down: INSTALL,
    queue_down: RESTART,
    github_token: 'sudo npm run faasd -- --github-token FILE (https://github.com/settings/tokens)',
    github_ca: `${INSTALL} -- --github-ca FILE`,
    github_app: `${INSTALL} -- --github-app ID --github-app-key FILE`,
    timer_silent: 'sudo systemctl enable --now artefacto-watch.timer',
    front_down: RESTART,
    front_certificate: `renew it, then: ${INSTALL}`,
    port_open: 'sudo systemctl start artefacto-watch',
    ami_none: `${INSTALL} -- --ami`,
    ami_down: RESTART,
    ami_untested: INSTALL,
    ami_old: INSTALL,
    ami_loose: 'sudo systemctl start artefacto-watch',
    aws_region: `${INSTALL} -- --aws-region NAME`,
    aws_credentials: `${INSTALL} -- --aws-credentials FILE`,
    build_secrets: `correct /var/lib/artefacto/secrets/build-secrets, then: ${INSTALL}`,
    base_registries: `correct /var/lib/artefacto/secrets/base-registries, then: ${INSTALL}`,
    notify_urls: `${INSTALL} -- --notify-urls FILE`,
    notify_secret: `delete /var/lib/artefacto/secrets/notify-secret, then: ${INSTALL}`,
  },
  openfaas: {},
}

/** The check with what mends it at this place. */
export function mendAt({ kind, secrets }: Place, check: Check): Check {
  if (check.fault === undefined) return check
  if (kind === 'npm start' && check.fault === 'aws_credentials')
    return { ...check, mend: `put the key, as in ~/.aws/credentials, into ${secrets}/aws-credentials` }
  if (kind === 'npm start' && check.fault === 'github_token')
    return { ...check, mend: `put a token (https://github.com/settings/tokens) into ${secrets}/github-token` }
  if (kind === 'npm start' && check.fault === 'github_ca')
    return { ...check, mend: `put the CA of your GitHub, in PEM, into ${secrets}/github-ca` }
  if (kind === 'npm start' && check.fault === 'notify_urls')
    return { ...check, mend: `put http or https URLs, one a line, into ${secrets}/notify-urls` }
  const mend = WAYS[kind][check.fault]
  return mend === undefined ? check : { ...check, mend }
}
