/** What this function says to people: they read it in GitHub's delivery log. */

export const pong = (branch: string) => `the signature fits; merges into ${branch} will be built`

// Deliveries that are fine, and are nothing to build.
export const notBuilt = (event: string) => `${event}: only merged pull requests and pushes are built`
export const closedUnmerged = (pull: number) => `pull request ${pull} was closed without a merge`
export const mergedElsewhere = (pull: number, into: string, branch: string) =>
  `pull request ${pull} was merged into ${into}; only ${branch} is built`
export const goesElsewhere = (pull: number, into: string, branch: string) =>
  `pull request ${pull} goes into ${into}; only ${branch} is built`
export const editedAlike = (pull: number) =>
  `pull request ${pull} was edited; what it would merge is the same`
export const pushedElsewhere = (to: string, branch: string) => `push to ${to}; only ${branch} is built`
export const branchDeleted = (branch: string) => `${branch} was deleted`

// What was handed to build.
export const willBeChecked = (repository: string, pull: number) =>
  `${repository} pull request ${pull} will be checked`
export const willBeBuilt = (repository: string, commit: string, origin: string) =>
  `${repository} ${commit} (${origin}) will be built`
export const byPullRequest = (pull: number) => `pull request ${pull}`
export const byPush = 'push, if it is a merge'

// Deliveries that are refused.
export const onlyPost = 'the webhook takes POST, as GitHub delivers it'
export const notJsonType = 'set the content type of the webhook to application/json'
export const noEvent = 'the header X-GitHub-Event is missing'
export const notJson = 'the payload is not JSON'
export const notAnObject = 'the payload must be a JSON object'
export const misfit = (place: string, problem: string) => `the payload at ${place}: ${problem}`
export const noCommit = 'must be 40 lower-case hex digits'
export const notAllowed = (repository: string) =>
  `${repository} is not in the allow-list \`repositories\`: add it there, or remove this webhook`

// Why nobody took a merge: these stand in the log.
export const status = (code: number) => `HTTP ${code}`
export const noAnswerIn = (seconds: number) => `no answer in ${seconds} s`
