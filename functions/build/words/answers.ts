/** What build answers to those who call it: webhook, the timer, an operator. */

export const building = (what: string) => `${what} is being built`
export const inWork = (merge: string) => `${merge} is being worked on already`
export const joining = (merge: string, branch: string) =>
  `${merge} is of ${branch} as well, once GitHub has confirmed it`
export const otherBranch = (branch: string, branches: string) =>
  `${branch} is not built here: \`branch\` is ${branches}`
export const cancelling = (merge: string) => `${merge} is being cancelled`
export const noMerge = (merge: string) => `there is no merge ${merge}`
export const endedAs = (state: string) => `the merge has ended as ${state}: it cannot be cancelled`
export const isPublishing = 'the merge is being published: it cannot be cancelled any more'
export const unconfirmed = 'GitHub has not confirmed the merge yet: cancel it once it is being built'
export const checking = (repository: string, pull: number) =>
  `${repository} pull request ${pull} is being checked`
export const checkNeedsToken = 'a check needs a github-token that may write commit statuses'
export const caughtUp = 'nothing was started: the last catch-up was less than a minute ago'

// The build method, and take over.
export const noRepository = '"repository" is missing, and `repositories` names none to take instead'
export const noCommit = (repository: string, ref: string) => `${repository} has no commit ${ref}`
