/** What breaks on the way to the service ami and back. */

export const layerSize = (layer: number, came: number, size: number) =>
  `layer ${layer} of the image came with ${came} bytes instead of ${size}`
export const noSignedEnd = 'the disk did not arrive whole: its stream has no signed end'
export const noReason = 'no reason given'
