/** What the doctor found, and what mends it where shared/words.ts has no better advice. A line begins with the part's name. */

export const silent = (who: string, why: string) => `${who} does not answer (${why})`
export const answers = (who: string) => `${who} answers`
export const answersWith = (who: string, status: number) => `${who} answers ${status}`
export const inTime = (seconds: number) => `no answer within ${seconds} s`
export const late = 'no answer in time'
export const reasonUnknown = 'unknown'

// Badge.
export const badge = 'the badge function'
export const noBadge = (status: number) => `the badge function answers ${status}, and no badge`
export const badgeUnreached = 'the badge function does not reach the registry'
export const badgeSecret = 'the badge function has another payload-secret than the build function'
export const badgeGood = 'it shows badges, reaches the registry and takes our signature'

// Certificates.
export const certificateEnded = (day: string) => `the certificate ended on ${day}`
export const certificateEnds = (days: number, day: string) =>
  `the certificate ends in ${days} days, on ${day}`
export const certificateGood = (day: string) => `it is valid until ${day}`
export const noCertificate = 'registry_url is not https: there is no certificate to look at'
export const distrusted = (why: string) => `registry-ca does not vouch for the certificate (${why})`

// Clock, disk and timer.
export const noClock = 'nobody answers with a time to compare'
export const clockGood = (whose: string) => `our clock is within a minute of that of ${whose}`
export const clockAhead = (seconds: number, whose: string) =>
  `our clock is ${seconds} s ahead of that of ${whose}`
export const clockBehind = (seconds: number, whose: string) =>
  `our clock is ${seconds} s behind that of ${whose}`
export const gitHub = 'GitHub'
export const theRegistry = 'the registry'
export const both = (one: string, other: string) => `${one} and ${other}`
export const diskFree = (path: string, free: string, total: string) => `${path} has ${free} free of ${total}`
export const cacheFree = '`engine_cache` is empty: nothing limits the build cache of the engine'
export const cacheKept = (size: string, freed: string) =>
  `it is kept under ${size}; ${freed} were taken out of it since build was started`
export const secondsAgo = (seconds: number) => `${seconds} s ago`
export const timerGood = (ago: string) => `the catch-up was called ${ago}`
export const timerLate = (ago: string) =>
  `the catch-up was called last ${ago}, and should be called every minute`
export const timerYoung = (ago: string) =>
  `the build function was started ${ago}, and nobody has called the catch-up since`
export const timerSilent = (ago: string) =>
  `nobody has called the catch-up since the build function was started ${ago}`

// Engine.
export const engineOld = (version: string) => `Docker Engine ${version} is too old: 20.10 or newer is needed`
export const engineGood = (version: string, host: string) => `Docker Engine ${version} at ${host}`
export const engineSilent = 'not tried, because the Docker Engine does not answer'
export const registryShut = 'not tried, because the registry does not let us in'
export const cannotBuild = (why: string) => `the engine cannot build with BuildKit: ${why}`
export const cannotPush = (registry: string, why: string) =>
  `the engine builds, but cannot push to ${registry}: ${why}`
export const pushMend = (registry: string) =>
  `on the host of the Docker Engine: curl -v https://${registry}/v2/`
export const trialGood = (registry: string) => `an image was built with BuildKit and pushed to ${registry}`

// Queue.
export const queueGood = (ms: number) => `a call went through it in ${ms} ms`
export const queueDead = (seconds: number) =>
  `a call queued ${seconds} s ago was not delivered: the queue is dead, or long`
export const queueRefuses = (status: number) => `the gateway answers ${status} to a call for the queue`
export const queueUnreached = (why: string) => `the gateway does not take a call for the queue (${why})`

// Registry and secrets.
export const registryGood = (url: string) => `${url} answers and takes the password of registry-user`
export const registryBad = (url: string, why: string) => `${url}: ${why}`
export const registryOpen = 'the registry asks nobody for a password'
export const registrySilent = 'not looked at, because the registry does not answer'
export const writeGood = 'what was pushed could be pulled and deleted'
export const secretsMissing = (names: string) => `missing or empty: ${names}`
export const noCa = 'registry-ca is missing: only public authorities are trusted'
export const secretsGood = (names: string) => `${names} are there`

// GitHub.
export const noRate = (api: string) => `${api} answers, and has no rate limit`
export const rateLeft = (api: string, left: number, limit: number) =>
  `${api} answers; ${left} of ${limit} questions are left this hour`
export const rateUsed = (until: string) => `GitHub's rate limit is used up until ${until} UTC`
export const noneNamed = '`repositories` names no repository exactly'
export const notAsked = (left: number) =>
  `not asked, because GitHub allows only ${left} more questions this hour`
export const repositoryUnseen = 'GitHub does not show it: it is private, or does not exist'
export const noBranch = (branch: string) => `it has no branch ${branch}`
export const branchMend = (branch: string) => `git push origin HEAD:${branch}, or correct \`branch\``
export const renamed = (now: string) => `it is called ${now} now`
export const renamedMend = (now: string) => `write ${now} in \`repositories\``
export const noStatuses = 'the token may read it, but not write commit statuses'
export const repositoryGood = (branches: string) => `GitHub shows it and its branch ${branches}`
export const tokenSpared = 'there is none, and the GitHub App takes its place'
export const tokenUnneeded = 'there is none, and this GitHub does not ask for one'
export const noToken = 'there is none: 60 questions an hour, no private repository, no commit status'
export const tokenEnds = (day: string) => `it ends on ${day}`
export const tokenGood = 'GitHub takes it'
export const scopes = (list: string) => `its scopes are ${list}`
export const noScopes = 'none'
export const scopesShort = (has: string) => `${has}: commit statuses need repo or repo:status`
export const scopesGood = (has: string) => `GitHub takes it; ${has}`

// The GitHub App.
export const appNameless = 'there is a github-app-key, and github_app_id is empty: it is not used'
export const permission = (name: string, level: string) => `${name}: ${level}`
export const appLacks = (permissions: string) => `it lacks permissions: ${permissions}`
export const appMend =
  'give it the permissions at GitHub, and accept them where it is installed: docs/github.md'
export const appGood = (slug: string, id: string) => `GitHub takes the key of ${slug} (${id})`
export const appAbsent = (id: string) =>
  `the GitHub App ${id} is not installed on it: github-token is used, if there is one`
export const appInstall = 'install the GitHub App on it, or let its installation have the repository'
export const appSettings = "the GitHub App's settings, Advanced"

// Type AMI.
export const amiNone = '`ami_host` is empty: type AMI is refused here'
export const amiGood = (host: string, kernel: string) => `${host} takes our signature; kernel ${kernel}`
export const amiUntested = 'it has no QEMU: disks are published untested'
export const amiFree = (free: string) => `its work folder has ${free} free`
export const awsNoKey = (region: string) =>
  `aws_region is ${region}, and aws-credentials is missing or empty: no AMI is made`
export const awsNoRegion = 'there are aws-credentials, and aws_region is empty: no AMI is made'
export const awsGood = (region: string) => `there are aws-credentials for ${region}`

// What builds may use.
export const grantsLack = (names: string) => `builds may use what is not there: ${names}`
export const grantsGood = (names: string) => `${names}: there, for the builds that may use it`
// Notices.
export const wrongLine = (line: number) => `line ${line} of notify-urls is no http or https URL`
export const nobodySigns = 'there are notify-urls, and notify-secret is missing or empty: nobody is told'
