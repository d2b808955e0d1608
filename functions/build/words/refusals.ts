/** Why a merge fails for good: what the people who made it can change. */

// The claim that something was merged.
export const notMerged = (sha: string, branch: string) => `${sha} is not merged into ${branch}`
export const otherRepository = (repository: string, id: number) =>
  `${repository} is not the repository with the id ${id}, which this merge was delivered for`
export const unseen = (sentence: string) =>
  `${sentence}: a private repository needs a github-token that may read it`

// What images.json says of a service.
export const noDisks = (service: string) =>
  `${service}: this installation makes no disks; use type Docker, or ask the operator for the service ami`
export const osAsDisk = (os: string) => `the image is for ${os}: only Linux can become a disk`
export const foreignAsDisk =
  'the image has layers that its registry does not hand on: they cannot go onto a disk'
export const notForDisks = (service: string) =>
  `${service}: a disk is made of the image for linux/amd64, which platforms does not name`
export const indexAsDisk = 'the image is an index of several, none of them for linux/amd64'
export const noIndexes = (service: string) =>
  `${service}: this registry (distribution 2) loses the images of an index: name one of platforms, or ask the operator for registry 3`
export const versionTaken = (version: string, service: string) =>
  `version ${version} of ${service} is taken; raise it`
export const newerPublished = (service: string, version: string) =>
  `a newer merge has published ${service}:${version} already`
export const tagFixed = (service: string, tag: string, version: string) =>
  `${service}: the tag ${tag} does not fit mutable_tags, and is not the beginning of ${version} up to a point`
export const tagIsVersion = (service: string, tag: string) =>
  `${service}:${tag} was published as a version, which never moves: take it out of tags`
export const belongsTo = (service: string, repository: string) => `${service} belongs to ${repository}`
export const belongsElsewhere = (service: string) => `${service} belongs to another repository`
export const noFolder = (service: string, folder: string) =>
  `${service}: the folder ${folder} is not in the repository`
export const noDockerfile = (service: string, path: string) => `${service}: there is no Dockerfile at ${path}`

// The sources.
export const linkOutside = (path: string, target: string) =>
  `${path} is a link to ${target}, which is outside the repository`
export const pathOutside = (path: string) => `the path ${path} leaves the repository`
export const controlCharacter = 'a file name has a control character in it'
export const notBuildable = (path: string, kind: string) =>
  `${path} is a ${kind}; only files, folders and symbolic links can be built`
export const unknownKind = 'thing of an unknown kind'
export const thereTwice = (path: string) => `${path} is in the source archive twice`
export const textTooLarge = (path: string) => `${path} is over 1 MB`
export const twoTops = (one: string, other: string) =>
  `the source archive has two top folders, ${one} and ${other}`
export const tooManyFiles = (limit: number) => `the repository has more than ${limit} files`
export const unpacksTo = (gigabytes: number) => `the repository unpacks to more than ${gigabytes} GB`
export const archiveTooLarge = (megabytes: number) => `the source archive is over ${megabytes} MB`
export const pointerUnreadable = (path: string) => `${path} is a pointer of Git LFS that cannot be read`
export const decidesFromLfs = (path: string) =>
  `${path} lies in Git LFS: it says how to build, so keep it in git itself`
export const notInLfs = (path: string, repository: string) =>
  `${path} is not in the Git LFS of ${repository}: push it with git lfs push`

// Submodules.
export const submodulePath = (path: string) =>
  `.gitmodules has the path ${path}, which a submodule cannot have`
export const submoduleElsewhere = (path: string, place: string, github: string) =>
  `the submodule ${path} is at ${place}; only those at ${github} are fetched`
export const submoduleNameless = (path: string, github: string) =>
  `the submodule ${path} has an address that names no repository of ${github}`
export const submodulesDeep = (path: string, limit: number) =>
  `the submodule ${path} lies in more than ${limit} others`
export const submodulesMany = (limit: number) => `the repository has more than ${limit} submodules`

// The build.
export const tooLong = (seconds: number) => `the build took longer than ${seconds} s (build_timeout)`
export const tooLongFor = (service: string, minutes: number) =>
  `${service} took more than its ${minutes} minutes`
export const tooLarge = (service: string, size: string, limit: string) =>
  `${service}'s image has ${size}, over its limit of ${limit}`
export const ofService = (service: string, reason: string) => `${service}: ${reason}`
export const superseded = (sha: string) => `a newer merge, ${sha.slice(0, 7)}, moves the same tags`
export const held = (reason: string) => `held, because of ${reason}`
export const interrupted = 'interrupted: the process that built it has ended; call the build method again'
