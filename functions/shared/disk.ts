/** The artifact type of a bootable disk; its one layer is a tar+gzip with the sparse file `disk.img`. */
export const DISK_TYPE = 'application/vnd.artefacto.disk.v1'

/** The layer's title: the file that OCI clients write, such as `oras pull`. */
export const DISK_FILE = 'disk.tar.gz'

/** GiB, where images.json says nothing. */
export const DISK_GIB = 8

/** Of several images of an index, the one that a disk is made of. */
export const DISK_PLATFORM = 'linux/amd64'

/** The disk of a build of type AMI, as it stands in the registry as `<service>:<version>-ami`. */
export type Disk = {
  digest: string
  gib: number
  /** Bytes as stored in the registry. */
  size: number
  recipe: string
  kernel: string
  /** With what it was started before it was published, in a sentence; or why it was not. */
  booted: string
}

/** What AWS has of it: the AMI, the region, the snapshot behind it. */
export type Ami = { id: string; region: string; snapshot: string }

/** The tag of the disk beside the image's own. */
export function diskTag(version: string): string {
  return `${version}-ami`
}
