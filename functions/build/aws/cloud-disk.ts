/** What is put up: the disk of one build. */
export type CloudDisk = {
  service: string
  version: string
  /** The id of the build's record and when it was queued: together with service they say whose it is. */
  build: string
  queued: string
  repository: string
  commit: string
  /** The digest of the disk's manifest in the registry. */
  digest: string
  gib: number
  /** The disk's layer (tar+gzip) as the registry has it; may be opened more than once. */
  layer(): Promise<AsyncIterable<Buffer>>
}

/** Of an AMI's name: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_RegisterImage.html */
const LONGEST = 128

/** The name of a disk's AMI, unique in an account's region; service, version and commit have no letter it may not have. */
export function imageName(disk: Pick<CloudDisk, 'service' | 'version' | 'commit'>): string {
  const commit = disk.commit.slice(0, 12)
  const room = LONGEST - disk.service.length - commit.length - 2
  return `${disk.service}-${disk.version.slice(0, room)}-${commit}`
}
