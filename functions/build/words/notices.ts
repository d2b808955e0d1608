/** What build says of the receivers that it tells of merges. A receiver is named by its host and line. */

export const notSecret =
  'notify-secret is not of the form whsec_ and 24 to 64 bytes in base64: make one with echo "whsec_$(openssl rand -base64 32)"'
export const silent = (receiver: string, why: string) => `${receiver} does not answer (${why})`
export const noAnswerWithin = (seconds: number) => `no answer within ${seconds} s`
export const answered = (receiver: string, status: number) => `${receiver} answered ${status}`
export const redirects = (receiver: string) =>
  `${receiver} answered with a redirect, which is not followed: write the address that it leads to`
export const gone = (receiver: string) =>
  `${receiver} answered 410: it wants no more of this, and is not asked again`
