/** How fast things happen. */
export type Pace = {
  /** More merges are made only while fewer than this have not ended. */
  open: number
  /** The part of `--seconds` in which something may break off what has to rest a minute then. */
  breaking: number
  /** How many other merges lie between two of the repository with the disk. */
  apart: number
  /** How many disks may be made, beside the first and the last: each keeps two cores busy for 5 to 15 s. */
  disks: number
}

/** Of `--seconds`, the part in which merges are made. */
export const MERGING = 0.22

const SHORT: Pace = { open: 12, breaking: 0.13, apart: 4, disks: 1 }
const LONG: Pace = { open: 24, breaking: MERGING, apart: 8, disks: Number.POSITIVE_INFINITY }
const LONG_S = 600

/** That of a soak of so many seconds. */
export function paceOf(seconds: number): Pace {
  return seconds < LONG_S ? SHORT : LONG
}
