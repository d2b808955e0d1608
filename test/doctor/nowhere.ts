import { readConfig } from '../../functions/build/config.ts'
import { secretsIn } from '../../functions/shared/secrets.ts'
import { accessTo } from '../build/asking-github.ts'

const NOWHERE = 'http://127.0.0.1:1'

/** What a build is given around which nothing answers, and which has no secrets. */
export function nowhere() {
  const secrets = secretsIn('/nowhere')
  const config = readConfig({
    gateway_url: NOWHERE,
    github_api_url: NOWHERE,
    registry_url: 'https://127.0.0.1:1',
    sync_wait: '1s',
  })
  return { config, secrets, access: accessTo(NOWHERE, secrets) }
}
