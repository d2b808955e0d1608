import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core'
import { whereIs } from '../../local/debian.ts'

const PROGRAMS = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']

/** The browser of this machine; playwright-core brings none. */
const program = PROGRAMS.map(whereIs).find((path) => path !== undefined)

/** Whether there is a browser. In CI a tool that is missing is a failure, not a skipped test. */
export function canRun(): boolean {
  if (program !== undefined) return true
  if (process.env.CI_RUN === '1') throw new Error('this test needs chromium: apt-get install chromium')
  console.log('skipped: no chromium or google-chrome on PATH (apt-get install chromium)')
  return false
}

export async function openBrowser(): Promise<Browser> {
  // Chromium's own sandbox wants user namespaces, which a container and root do not have.
  return chromium.launch({ executablePath: program as string, args: ['--no-sandbox'] })
}

/** A page that collects whatever a person would see in the browser's console: errors, warnings, refused content. */
export async function openPage(browser: Browser, options: BrowserContextOptions = {}) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options })
  const page = await context.newPage()
  const complaints: string[] = []
  page.on('console', (message) => {
    if (message.type() !== 'log') complaints.push(`${message.type()}: ${message.text()}`)
  })
  page.on('pageerror', (error) => complaints.push(`thrown: ${error.message}`))
  page.on('dialog', async (dialog) => {
    complaints.push(`dialog: ${dialog.message()}`)
    await dialog.dismiss()
  })
  page.on('requestfailed', (request) => complaints.push(`request failed: ${request.url()}`))
  return { page, complaints, close: () => context.close() }
}

/** Keeps what the page looks like in the folder SCREENSHOTS, if there is one. */
export async function picture(page: Page, name: string): Promise<void> {
  const folder = process.env.SCREENSHOTS
  if (!folder) return
  mkdirSync(folder, { recursive: true })
  await page.screenshot({ path: join(folder, `${name}.png`), fullPage: true })
}
