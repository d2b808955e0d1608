/** Read out of the other records, because the registry cannot read its tag: who writes next writes that anew. */
export type Mended<T> = T & { torn?: true }

export function mended<T>(found: T): Mended<T> {
  return found && { ...found, torn: true }
}
