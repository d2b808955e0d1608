import { unfit } from '../refusal.ts'
import { type Member, shown } from './member.ts'

/** What ext4 and Linux hold, in bytes. mke2fs writes past its buffer for a symlink of exactly 1024. */
const COMPONENT = 255
const PATH = 4095
const SYMLINK = 1023

/** The path below the root, without `./`, leading or trailing slashes; a Refusal for one that no disk can hold. */
export function placeOf(name: string): string {
  const parts = name.split('/').filter((part) => part !== '' && part !== '.')
  if (parts.includes('..') || name.includes('\0'))
    throw unfit(`the archive of the image has the name ${shown(name)}`)
  if (name.length > PATH || parts.some((part) => part.length > COMPONENT))
    throw unfit(`the name ${shown(name)} is longer than a disk can hold (${COMPONENT} bytes, a path ${PATH})`)
  return parts.join('/')
}

/** Refuses a symlink to nowhere or too far; where links point is for the image to know. */
export function checkLink({ type, name, link }: Member): void {
  if (type !== '2') return
  if (link === '' || link.length > SYMLINK || link.includes('\0'))
    throw unfit(`the symlink ${shown(name)} has no target of 1 to ${SYMLINK} bytes`)
}

/** Knows the folders of an archive as it comes, so that mke2fs finds each where it needs it. */
export function places(known: string[]) {
  const folders = new Set(['', ...known])
  const links = new Set<string>()
  return {
    has: (place: string): boolean => folders.has(place) || links.has(place),
    /** Takes the member up; returns the folders above it that the archive did not have, outermost first. */
    add(type: string, place: string): string[] {
      const missing: string[] = []
      for (let at = parentOf(place); !folders.has(at); at = parentOf(at)) {
        if (links.has(at)) throw unfit(`${shown(place)} lies below ${shown(at)}, which is a symlink`)
        missing.unshift(at)
      }
      for (const folder of missing) folders.add(folder)
      if (type === '5' ? links.has(place) : folders.has(place))
        throw unfit(`${shown(place)} is a folder and something else in the archive of the image`)
      if (type === '5') folders.add(place)
      if (type === '2') links.add(place)
      return missing
    },
  }
}

function parentOf(place: string): string {
  return place.slice(0, Math.max(0, place.lastIndexOf('/')))
}
