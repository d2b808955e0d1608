/** With which firmware a machine starts. */
export type Firmware = 'bios' | 'uefi'

/** The part of an image's configuration that a disk needs: https://github.com/opencontainers/image-spec/blob/main/config.md */
export type ImageConfig = {
  Entrypoint?: string[] | null
  Cmd?: string[] | null
  Env?: string[] | null
  WorkingDir?: string
  User?: string
  StopSignal?: string
  ExposedPorts?: Record<string, unknown> | null
}

/** What build says to the service ami of an image whose disk it wants. */
export type Description = {
  /** The digest of the published image: all identifiers on the disk come from it. */
  image: string
  architecture: string
  /** RFC 3339; no file on the disk is newer. */
  created: string
  config: ImageConfig
  /** GiB. */
  disk: number
  /** With which firmware the disk must answer in a machine before it is handed over; empty: it need not. */
  boot: Firmware[]
  /** When it was sent, RFC 3339, and a word that no other request has: a request counts once. */
  sent: string
  nonce: string
}

/** A disk that answered: on which of its ports, with what, and ms after power on. */
export type Booted = { firmware: Firmware; port: number; answer: string; ms: number }

/** What the service says of a disk at the end of its stream, an OCI layer (tar+gzip). */
export type DiskResult = {
  /** Of the layer, and its bytes. */
  digest: string
  size: number
  /** Of the archive in the layer. */
  diffId: string
  /** The digest of what makes the disks: Debian's packages and the service's own files. */
  recipe: string
  kernel: string
  /** GiB. */
  disk: number
  /** A sentence where nothing was tested. */
  booted: Booted[] | string
}

/** What the end of a request signs: the text of its header, and the digest of what was sent. */
export function signedEnd(header: string, digest: string): string {
  return `${header}\n${digest}`
}
