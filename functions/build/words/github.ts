/** What build says of GitHub's answers. */

export const silent = (why: string) => `GitHub does not answer (${why})`
export const distrusted = (why: string) =>
  `nobody that is trusted vouches for GitHub's certificate (${why}): put its CA into github-ca`
export const caUnreadable =
  'the secret github-ca has a certificate that cannot be read, or none: it must be PEM'
export const answered = (status: number, path: string) => `GitHub answered ${status} to ${path}`
export const answeredToken = (status: number, path: string) =>
  `GitHub answered ${status} to ${path}: is github-token still valid?`
export const answeredApp = (status: number, path: string) =>
  `GitHub answered ${status} to ${path}: has the GitHub App the permission for it?`
export const tokenRefused = (status: number) =>
  `GitHub refused the token (HTTP ${status}): it needs write access to commit statuses`
export const appRefusedStatus = (status: number) =>
  `GitHub refused the GitHub App (HTTP ${status}): it needs write access to commit statuses`
export const noToken = 'there is no github-token'
export const limitUsed = "GitHub's rate limit is used up; a github-token raises it"
export const limitUsedFor = (time: string) =>
  `GitHub's rate limit is used up ${time}; a github-token raises it`
export const until = (moment: string) => `until ${moment}`
export const forSeconds = (seconds: string) => `for ${seconds} s`
export const redirects = 'GitHub answers with a redirect that is not followed'
export const unpromised = (path: string) => `GitHub's answer to ${path} is not what its API promises`
export const notShown = (what: string) => `GitHub does not show ${what}`
export const commitOf = (sha: string, repository: string) => `${sha} in ${repository}`
export const pullRequest = (pull: number) => `pull request ${pull}`
export const calledNow = (before: string, now: string) =>
  `${before} is called ${now} now, which is not in the allow-list`
export const notYet = (sentence: string) => `${sentence} (yet)`
export const noTarball = (repository: string, sha: string) =>
  `GitHub has no tarball of ${repository} at ${sha}`
export const imagesBroken = 'images.json did not arrive whole'
export const archiveEmpty = 'the source archive is empty'
export const otherCommit = (top: string, sha: string) => `the source archive is ${top}, not commit ${sha}`

// The GitHub App.
export const keyUnreadable = 'the secret github-app-key is no private RSA key in PEM'
export const appMissing = (app: string, repository: string) =>
  `the GitHub App ${app} is not installed on ${repository}: install it there, or let its installation have the repository`
export const appRefused = (app: string, status: number, says: string) =>
  `GitHub does not take the key of the GitHub App ${app} (HTTP ${status}: ${says}): are github_app_id, github-app-key and our clock right?`
export const appMayNot = (app: string, status: number, says: string) =>
  `GitHub gives the GitHub App ${app} no token (HTTP ${status}: ${says})`

// Submodules, and Git LFS.
export const submoduleNotShown = (path: string, repository: string, sha: string) =>
  `GitHub does not show the submodule ${path}, ${repository} at ${sha}: push it; a private one must be in repositories, and github-token must read it`
export const lfsSilent = (why: string) => `GitHub's LFS does not answer (${why})`
export const lfsAnswered = (status: number, path: string) => `GitHub's LFS answered ${status} for ${path}`
export const lfsRefused = (repository: string, status: number, says: string) =>
  `GitHub's LFS of ${repository} answered ${status}${says && `: ${says}`}`
export const lfsUnpromised = (repository: string) =>
  `the answer of GitHub's LFS for ${repository} is not what its API promises`
export const lfsPlain = (path: string) => `GitHub's LFS names an address without https for ${path}`
export const lfsOtherBytes = (path: string) => `GitHub's LFS sent other bytes than git names for ${path}`
