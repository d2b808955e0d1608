/** What a machine says about itself, in a line; memory in bytes, up in seconds. */
export function about({ kernel, memory, up }) {
  return `Linux ${kernel}, ${Math.round(memory / 2 ** 20)} MB of memory, up for ${Math.round(up)} s\n`
}
