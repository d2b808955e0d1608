/** What GitHub shows at a commit, in at most 140 characters. */

// How a merge stands.
export const published = (version: string, digest: string) => `${version} published as ${digest}`
export const unchanged = (version: string, digest: string) => `${version} unchanged, ${digest}`
/** The AMI goes first: of a long version GitHub's 140 characters cut the digest. */
export const withAmi = (ami: string, region: string, digest: string) => `${ami} in ${region}, ${digest}`
export const building = (version: string) => `building ${version}`
export const waits = (version: string, why: string) => `${version} waits: ${why}`
export const failed = 'failed'
export const superseded = 'superseded'

// What a merge of a pull request would do.
export const willBuild = (services: string) => `will build ${services}`
export const named = (service: string, version: string) => `${service} ${version}`
export const namedWithDisk = (service: string, version: string) => `${service} ${version} and its disk`
export const staysUnchanged = (service: string) => `${service} unchanged`
export const andMore = (words: string, more: number) => `${words} and ${more} more`
