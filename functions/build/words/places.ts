/** What build says of the Docker Engine and of the registry. */

// The engine.
export const engineSilent = (why: string) => `the Docker Engine does not answer (${why})`
export const noEngine = (count: number, reasons: string) =>
  `none of ${count} Docker Engines can be used: ${reasons}`
export const noAnswerWithin = (seconds: number) => `no answer within ${seconds} s`
export const notHost = (host: string) => `docker_host=${host}: write unix:///… or tcp://host:port`
export const engineUnreached = (status: number) => `the Docker Engine cannot be reached (HTTP ${status})`
export const engineBroke = (why: string) => `the connection to the Docker Engine broke (${why})`
export const engineAnswered = (status: string, body: string) => `(HTTP code ${status}) ${body}`
export const endlessLine = 'the Docker Engine sent a line without an end'
export const engineNotJson = 'the Docker Engine sent something that is not JSON'
export const longNumber = 'a number in its progress is over ten bytes long'
export const cutTrace = 'a message of its progress is cut off'
export const cutMessage = 'a message of the Docker Engine is cut off'
export const hugeMessage = 'the Docker Engine sent a message that is longer than any of its own'
export const engineGaveUp = (why: string) => `the Docker Engine ended the transfer of the sources (${why})`
export const syncCut = 'the Docker Engine did not wait for the sources'
export const notListed = (id: number) => `the Docker Engine asked for file ${id}, which it was not shown`
export const unknownWire = (wire: number) => `a field of its progress has the unknown wire type ${wire}`
export const noImage = 'the Docker Engine ended the build without an image'
export const noDigest = 'the Docker Engine ended the push without a digest'
export const diskFull = (sentence: string) => `no space left on device: ${sentence}`
export const foreignStep = (sentence: string) =>
  `exec format error: ${sentence}: a program for another platform than the engine's machine, or a script without #!; use FROM --platform=$BUILDPLATFORM for what runs in a build, or ask the operator for binfmt (docs/images-json.md#platforms)`
export const pushFailed = (sentence: string) => `the push to the registry failed: ${sentence}`

// The service ami.
export const amiSaid = (sentence: string) => `the service ami: ${sentence}`
export const diskOtherBytes = 'the disk came into the registry with other bytes than the service ami sent'
export const booted = (firmware: string, answer: string, port: number, seconds: string) =>
  `started with ${firmware}: ${answer} on port ${port} after ${seconds} s`

// The registry.
export const notPushed = (digest: string) =>
  `the registry does not have ${digest}, which the engine says it pushed`
export const stagedGone = (image: string) => `the staged image ${image} is not in the registry any more`
export const notShown = (image: string) => `the registry took ${image}, and does not show it`
export const moved = (image: string) => `${image} has moved meanwhile; this merge is tried again`
export const brokenOff = (sha: string) =>
  `${sha} is published in part, because the registry was gone; it comes first, and is gone on with within a minute`
export const unreadable = (image: string) =>
  `the registry cannot read ${image}, and artefacto has no record of it: raise the version, or push it again`
export const otherProcess = (sha: string) => `another process works on ${sha}`

// Room.
export const noRoom = (disk: string, free: string, total: string) =>
  `the disk of ${disk} is full: ${free} free of ${total}; what is merged waits until there is room`

// A build's log, beside the engine's own lines.
export const logBegins = (service: string, version: string, repository: string, sha: string) =>
  `building ${service} ${version} from ${repository} at ${sha}`
export const logEngine = (host: string) => `on the Docker Engine at ${host}`
export const logDisk = (gib: number) => `making a bootable disk of ${gib} GiB`
export const logDiskPushed = (digest: string) => `pushed the disk ${digest}`
export const logStands = (service: string, digest: string) => `${service} is there already as ${digest}`
export const logPlatform = (platform: string) => `building for ${platform}`
export const logIndex = (digest: string) => `put all platforms together as ${digest}`
export const logPushed = (digest: string) => `pushed ${digest}`
export const logEnds = (outcome: string, reason: string) => `${outcome}: ${reason}`
export const tagKept = 'the engine keeps a tag of this build: it did not answer'
export const logFull = (megabytes: number) => `[the log is over ${megabytes} MB; the rest is left out]`
