import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from 'playwright-core'

/** A script of the browser's: tsx and tsc are for those of Node. */
const SCRIPT = readFileSync(join(import.meta.dirname, 'stumbling-blocks.js'), 'utf8')

/**
 * What a screen reader or a weak eye would stumble over, in words; empty where all is well. It looks at landmarks,
 * headings, names of what can be operated, tables, images, and the contrast of every text that is shown.
 */
export async function stumblingBlocks(page: Page): Promise<string[]> {
  return page.evaluate<string[]>(SCRIPT)
}

/** How wide the page is, in pixels: more than the window means that it scrolls sideways. */
export async function widthOf(page: Page): Promise<number> {
  return page.evaluate<number>('document.documentElement.scrollWidth')
}
