/** The lowest TCP port of EXPOSE (`8080/tcp`, or `8080`, which means the same); undefined where there is none. */
export function firstPort(exposed: Record<string, unknown>): number | undefined {
  return Object.keys(exposed)
    .map((key) => /^(\d{1,5})(\/tcp)?$/.exec(key)?.[1])
    .filter((port) => port !== undefined)
    .map(Number)
    .filter((port) => port > 0 && port < 65_536)
    .sort((a, b) => a - b)[0]
}
