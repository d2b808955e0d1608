import { unfit } from '../refusal.ts'
import { shown } from '../tar/member.ts'

const PREFIX = '.wh.'
/** Of aufs, and no part of an image; but for this one. */
const META = '.wh..wh.'
const OPAQUE = '.wh..wh..opq'

/**
 * What a layer takes away of those below it by a file of that name: the whole content of a folder, one name, nothing
 * (what aufs has written for itself). Undefined for an ordinary file.
 * https://github.com/opencontainers/image-spec/blob/main/layer.md#whiteouts
 */
export function whiteoutOf(place: string): { folder: string; name?: string } | 'nothing' | undefined {
  const parts = place.split('/')
  const name = parts.at(-1) as string
  const folder = parts.slice(0, -1).join('/')
  if (name === OPAQUE) return { folder }
  if (parts.some((part) => part.startsWith(META))) return 'nothing'
  if (!name.startsWith(PREFIX)) return undefined
  if (name === PREFIX)
    throw unfit(`a layer of the image has ${shown(place)}, which removes a file without a name`)
  return { folder, name: name.slice(PREFIX.length) }
}
