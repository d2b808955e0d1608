/** What build says of the service ami, which makes the disks. */

export const notHost = (host: string) => `ami_host=${host}: write tcp://host:port or unix:///path`
export const silent = (why: string) => `the service ami does not answer (${why})`
export const noAnswerWithin = (seconds: number) => `no answer within ${seconds} s`
export const refusesUs = 'the service ami refuses our signature: it has another payload-secret'
export const answers = (status: number) => `the service ami answers ${status}`
export const otherProgram = 'what answers at ami_host is not the service ami'
