/** What the badges and their pages say. Pages begin what is a sentence with a capital and end it with a full stop. */

// The badge: the table of README, "The badge".
export const label = 'build'
export const unknown = 'unknown'
export const unreachable = 'unreachable'
export const after = (version: string, message: string) => `${version} · ${message}`
export const building = 'building'
export const buildingVersion = (version: string) => `building ${version}`
export const waiting = 'waiting'
export const waitingVersion = (version: string) => `${version} waiting`
export const failing = 'failing'
export const failingVersion = (version: string) => `${version} failing`
export const missingVersion = (version: string) => `${version} missing`
export const retired = 'retired'
export const invalid = 'images.json invalid'

// How a service stands, beside its name.
export const published = 'published'
export const waits = (version: string) => `${version} waits`
export const failed = 'failed'
export const failedVersion = (version: string) => `${version} failed`
export const missing = 'missing'
export const it = 'it'
export const notThere = (version: string) =>
  `${version} is recorded as built, but the registry has no such image, or another one`
export const diskNotThere = (tag: string) =>
  `${tag}, its disk, is recorded as built, but the registry has no such disk, or another one`
export const portInside =
  'the first 8080 is a port of your computer, the second the one that the service listens on. Ctrl-A and X end it'
export const nothingToPull = 'the registry does not have it with this digest: there is nothing to pull'
export const nothingPublished = 'nothing yet. The first build that ends well is published here'
export const staysPublished = 'their repositories do not name them any more. What was published stays'
export const noStatus = (why: string) => `GitHub shows no status: ${why}`

// How a build stands, by the state of its record.
export const STANDS = {
  queued: 'it waits for its turn',
  building: 'it is being built. New lines appear below by themselves',
  staged: 'it is built, and is published once all services of its merge are',
  built: 'it is published',
  unchanged: 'nothing had changed: the image that was published before has the same sources',
  failed: 'it failed: nothing of it is published',
  error: 'something that artefacto needs has failed. It is tried again by itself',
  held: 'it was fine, but a sibling failed: nothing of the merge is published',
  superseded: 'it was not built: before its turn came, a newer merge was to move the same tags',
}
export const stateIs = (state: string) => `its state is ${state}`
export const mergeInWork = 'its merge is being worked on now: what comes of it appears here'

// Its log.
export const noLog = (service: string, version: string, state: string) =>
  `${service} ${version} is ${state}: there is no log`
export const noLogBecause = (service: string, version: string, state: string, why: string) =>
  `${service} ${version} is ${state} (${why}): there is no log`
export const nothingBuilt = 'nothing had to be built, so there is no log'
export const noLogYet = 'there is no log yet'
export const attempt = (number: number) => `== attempt ${number} ==`
export const partBroken = (why: string) => `(this part cannot be shown: ${why})`
export const moreCharacters = (more: number) => `… ${more} more characters, in the raw log`
export const buildSilent = (why: string) => `the build function does not tell what goes on now: ${why}`
export const aside = (sentence: string) => `(${sentence})`
export const status = (code: number) => `HTTP ${code}`
export const stale = 'this page cannot be kept up to date: load it again'

// A merge once more.
export const notRunAgain = 'it was not run again'
export const manualAgain =
  'this was a call of the build method, not a merge: call the method again in the same way'
export const mergeForgotten =
  'the record of this merge is not kept any more: raise the version, or merge again'
export const inWork = 'this merge is being worked on now: wait until it has ended'
export const formForeign = 'this form is not ours, or too old: open the page and press the button'
export const buildAnswered = (code: number) => `the build function answered ${code}`
export const buildDown = (why: string) => `the build function does not answer (${why})`
export const isPublished = 'it is published: nothing is built while its sources are the same'
export const willBeBuilt = 'it will be built'
export const versionsStay =
  'a version that is published stays the image that it is. A tag that may move, such as latest, moves only if no newer merge has it. The log of the attempt before is kept'

// A merge no more.
export const notCancelled = 'it was not cancelled'
export const manualCancel =
  'this is a call of the build method, not a merge: it ends by itself, at the latest after build_timeout'
export const isPublishing = 'this merge is being published: it cannot be cancelled any more'
export const notConfirmed = 'GitHub has not confirmed this merge yet: cancel it once it is being built'
export const hasEnded = 'this merge has ended: there is nothing to cancel'
export const willStop = 'it is not built any further, and not published'
export const cancelledEnds =
  'it ends as failed, and the badges say so. What was published before stays. It can be run again'

// Pages that cannot be shown.
export const noPage = 'this page cannot be shown now'
export const noAddress =
  'no service or build has this address. It may never have been built, or be one of those that are dropped after the newest 50'
export const loadAgain = 'load it again in a moment. The badges go on saying what they know'
export const pageLocked = 'this page opens with a key'
export const wrongKey = 'that key does not open this page. Each service has its own, and there is one for all'
export const askForKey =
  'ask whoever runs artefacto here for the link with its key, or for the key itself. This browser will remember it'
export const otherBranch = (branches: string) =>
  `no merges into this branch are built here: ask for ${branches}`
export const noBuilds = (service: string) => `${service} has no builds`
export const noBuildsOf = (service: string, branch: string) => `${service} has no builds of ${branch}`
export const noBuild = (service: string, id: string) => `${service} has no build ${id}`
export const notForPath = (method: string) => `this path does not take ${method}`
export const notLines = '`from` must be a number of lines'
export const registryLate = (seconds: number) => `the registry did not answer in ${seconds} s`
export const notPages = (pages: string) => `pages=${pages}: write private or public`
