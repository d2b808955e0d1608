/** What the doctor found out about a repository's webhook at GitHub, and what mends it. */

export const unseen = 'it is shown to tokens with the permission Webhooks (admin:repo_hook) only'
export const none = 'there is none'
export const noneMend = (page: string) => `${page}/new, as in README, "Connect GitHub"`
export const elsewhere = (where: string) => `none leads to …/function/webhook; the first leads to ${where}`
export const nowhere = 'nowhere'
export const elsewhereMend = (page: string) => `${page}: the Payload URL ends in /function/webhook`
export const inactive = 'it is not active'
export const notJson = 'its content type is not application/json'
export const noSecret = 'it has no secret'
export const secretMend = (page: string) => `${page}: the Secret is the first line of webhook-secret`
export const untold = (events: string) => `it does not tell of ${events}`
export const unverified = 'its SSL verification is off'
const patch = (repository: string, hook: number, more: string) =>
  `gh api --method PATCH repos/${repository}/hooks/${hook}${more}`
export const activeMend = (repository: string, hook: number) => patch(repository, hook, ' -F active=true')
export const jsonMend = (repository: string, hook: number) =>
  patch(repository, hook, '/config -f content_type=json')
export const eventsMend = (repository: string, hook: number, events: string) =>
  patch(repository, hook, ` ${events}`)
export const eventOption = (event: string) => `-f 'events[]=${event}'`
export const verifyMend = (repository: string, hook: number) =>
  patch(repository, hook, '/config -f insecure_ssl=0')
export const undelivered = 'it is set up; nothing was delivered yet'
export const answered = (event: string, status: number) =>
  `it is set up; the last delivery (${event}) was answered ${status}`
export const otherSecret = (event: string) =>
  `its last delivery (${event}) was refused with 401: GitHub has another secret`
export const notArrived = (event: string, why: string) =>
  `its last delivery (${event}) did not arrive (${why})`
export const refused = (event: string, status: number) =>
  `its last delivery (${event}) was answered ${status}`
export const refusedMend = (page: string) =>
  `${page}: the answer stands below Recent Deliveries; then Redeliver`
