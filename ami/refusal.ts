/** Why no disk is made, as a sentence for the person who wrote the Dockerfile or runs the service. */
export class Refusal extends Error {
  override readonly name = 'Refusal'
  /** The HTTP status: 4xx is about what was sent, 5xx about the service. */
  readonly status: number

  constructor(status: number, message: string) {
    super(message)
    this.status = status
  }
}

/** The work folder has no room left. */
export function workFull(): Refusal {
  return new Refusal(503, 'the disk on which the service ami works is full')
}

export function tooLarge(gib: number): Refusal {
  return unfit(`the image is larger than the disk of ${gib} GiB: raise "disk" in images.json`)
}

/** The image cannot become a disk. */
export function unfit(message: string): Refusal {
  return new Refusal(422, message)
}
