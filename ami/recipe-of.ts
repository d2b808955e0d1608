import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { QEMU } from './boot/machine.ts'
import { KIT } from './make-disk.ts'

/** What a disk of this service is made by and has in it. */
export type Recipe = { recipe: string; kernel: string; qemu: boolean }

/** Read from the image that the service runs in. */
export function recipeOf(digest: string): Recipe {
  const kernel = readFileSync(join(KIT, 'kernel'), 'utf8')
  return { recipe: digest, kernel, qemu: existsSync(`/usr/bin/${QEMU}`) }
}
