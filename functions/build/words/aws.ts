/** What build says of AWS. */

// The credentials.
export const noProfile = 'aws-credentials has no profile [default]: write it as ~/.aws/credentials is written'
export const keyMissing = (name: string) => `aws-credentials is not whole: ${name} is missing in [default]`
export const keyTorn = (name: string) => `aws-credentials is not whole: ${name} in [default] is no such key`
export const keysRefused = (region: string) =>
  `AWS does not take the keys in aws-credentials in ${region}: mend the secret, or enable that region for the account`
export const keysEnded = 'the session token in aws-credentials has ended: put new keys into the secret'
export const clockWrong = "AWS does not take this machine's clock: set it"

// What a person must mend.
export const mayNot = (action: string, region: string) =>
  `AWS does not let aws-credentials call ${action} in ${region}: add it to their policy (docs/ami.md lists all)`
export const noRegion = (region: string) =>
  `there is no address of AWS for aws_region=${region}: write a region such as eu-central-1`
export const quotaFull = (action: string, region: string, code: string) =>
  `a quota of the AWS account in ${region} is used up (${action}: ${code}): remove what is not needed, or have Service Quotas raise it`
export const refused = (action: string, code: string, why: string) => `AWS refused ${action}: ${code}: ${why}`
export const nameTaken = (name: string, image: string) =>
  `an AMI named ${name} is there already with another disk (${image}): deregister it, or raise the version`
export const nameHidden = (name: string) =>
  `AWS says that an AMI named ${name} is there, and shows none of ours: deregister it, or raise the version`
export const snapshotBroken = (snapshot: string, why: string) =>
  `AWS could not finish the snapshot ${snapshot} (${why}): if the account encrypts by default, the keys need its KMS key, too`
export const imageBroken = (image: string, why: string) => `AWS could not finish the AMI ${image} (${why})`
export const reasonUnknown = 'no reason given'

// What passes.
export const throttled = (action: string) => `AWS has throttled ${action} for too long; it is tried again`
export const silent = (action: string, why: string) => `AWS does not answer ${action} (${why})`
export const snapshotLost = (snapshot: string) =>
  `the snapshot ${snapshot} is gone from AWS before it was finished; it is made anew`
export const unsettled = (thing: string, minutes: number) =>
  `AWS has not finished ${thing} within ${minutes} minutes; it is looked at again`

// The disk.
export const diskUnreadable = (why: string) => `the disk in the registry cannot be read (${why})`
export const notSparse = 'not one sparse file'
export const mapBroken = 'a map that is not one'
export const mapEndless = 'a map without an end'
export const mapAstray = 'a map that goes back or beyond its end'
export const mapTooShort = 'more data than its map has'
export const mapTooLong = 'less data than its map has'

// Lines of a build's log.
export const begins = (snapshot: string, region: string) =>
  `sending the disk to AWS as the snapshot ${snapshot} in ${region}`
export const goesOn = (snapshot: string, megabytes: number) =>
  `going on with the snapshot ${snapshot}: ${megabytes} MiB of the disk are at AWS already`
export const isThere = (snapshot: string) => `the disk is at AWS already as the snapshot ${snapshot}`
export const anew = (snapshot: string) => `the snapshot ${snapshot} cannot be used; beginning a new one`
export const sent = (blocks: number, megabytes: number, seconds: string) =>
  `sent ${blocks} blocks (${megabytes} MiB) in ${seconds} s`
export const registered = (image: string, name: string, region: string) =>
  `registered ${image} (${name}) in ${region}`
export const adopted = (image: string, name: string, region: string) =>
  `${image} (${name}) in ${region} has this disk already`
export const taken = (snapshot: string) => `deleted the snapshot ${snapshot} again`
export const leftBehind = (snapshot: string, why: string) =>
  `the snapshot ${snapshot} is still at AWS, with our tags (${why})`
