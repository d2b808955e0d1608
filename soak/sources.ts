import type { Files } from '../local/github/server.ts'

/** One service as a commit promises it; `content` is what its image has to hold, `disk` whether it is of type AMI. */
export type Service = { name: string; version: string; content: string; disk?: boolean }

/** Everything that a repository holds: each step writes all of it, so that it mends what the one before broke. */
export function filesOf(services: Service[], number: number): Files {
  const entries = services.map(({ name, version }) => ({ service_name: name, version, type: 'Docker' }))
  const files: Files = { 'README.md': `step ${number}\n`, 'images.json': `${JSON.stringify(entries)}\n` }
  for (const { name, content } of services) {
    files[`${name}/Dockerfile`] = 'FROM scratch\nCOPY content /\n'
    files[`${name}/content`] = textOf(content)
  }
  return files
}

/** What stands in the image's file, and where a layer is searched for it. */
export function textOf(content: string): string {
  return `content: ${content};\n`
}

/** A disk's tag is that of its image with this behind it; no version may end so. */
export const DISK_END = '-ami'

export function isDiskTag(tag: string): boolean {
  return tag.endsWith(DISK_END)
}
