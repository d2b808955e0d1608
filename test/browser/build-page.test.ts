import type { Browser, Page } from 'playwright-core'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { BuildRecord } from '../../functions/shared/build-record.ts'
import { AMI, build, DISK } from '../badge/records.ts'
import { stumblingBlocks, widthOf } from './accessible.ts'
import { canRun, openBrowser, openPage, picture } from './browser.ts'
import { openSite, type Site } from './site.ts'

let site: Site
let browser: Browser
const E = '\u001b'
const linesTo = (count: number) =>
  Array.from({ length: count }, (_, line) => `#1 ${E}[32mline${E}[0m ${line + 1}\n`).join('')
const building = build({
  state: 'building',
  digest: undefined,
  title: 'Remember the basket',
  pullRequest: 12,
})
const addressOf = (record: BuildRecord) => `${site.url}/web/builds/${record.id}`
const topOf = (page: Page, id: string) =>
  page.evaluate<number>(`document.getElementById('${id}').getBoundingClientRect().top`)
const scrolled = (page: Page) => page.evaluate<number>('scrollY')
const inView = async (page: Page, id: string) => {
  const top = await topOf(page, id)
  return top >= 0 && top < (page.viewportSize()?.height ?? 0) - 10
}
const rows = (page: Page) => page.locator('#lines > div').count()

async function open() {
  if (!canRun()) return
  site = await openSite({ registry_pull: 'registry.example:5000' })
  browser = await openBrowser()
}
async function close() {
  await browser?.close()
  await site?.close()
}

const live = suite('a live log in a browser')
const watch = canRun() ? live : live.skip
live.before.each(async () => {
  await open()
  await site.stage.ledger.writeBuild(building)
})
live.after.each(close)
watch('grows by itself, and keeps to its end', async () => {
  site.stage.live.log = linesTo(200)
  const { page, complaints, close } = await openPage(browser)
  await page.goto(addressOf(building))
  await page.evaluate('window.same = true')
  assert.is(await page.getByRole('button', { name: 'Follow' }).getAttribute('aria-pressed'), 'true')
  site.stage.live.log += '#1 here it is\n'
  await page.locator('#L201', { hasText: 'here it is' }).waitFor()
  assert.ok(await inView(page, 'L201'))
  assert.is(await page.evaluate('window.same'), true, 'the page was loaded again')
  await picture(page, 'build-live')
  assert.equal(complaints, [])
  await close()
})
watch('leaves the reader alone who looks at earlier lines, until Follow is pressed', async () => {
  site.stage.live.log = linesTo(200)
  const { page, close } = await openPage(browser)
  await page.goto(addressOf(building))
  await page.mouse.wheel(0, -2_000)
  await page.locator('#follow[aria-pressed=false]').waitFor()
  const top = await scrolled(page)
  site.stage.live.log += linesTo(50)
  await page.locator('#L250').waitFor()
  assert.is(await scrolled(page), top)
  await page.getByRole('button', { name: 'Follow' }).click()
  assert.ok(await inView(page, 'L250'))
  await close()
})
watch('says what became of the build, in the same place', async () => {
  const log = linesTo(200)
  site.stage.live.log = log
  const { page, complaints, close } = await openPage(browser)
  await page.goto(`${addressOf(building)}?at=100#L100`)
  const before = await topOf(page, 'L100')
  const reason = 'the build failed: RUN npm test ended with 1'
  const logs = [await site.stage.log(`${log}#1 the last one\n`)]
  await site.stage.ledger.writeBuild({ ...building, state: 'failed', reason, logs })
  site.stage.live.log = undefined
  await page
    .getByRole('status')
    .filter({ hasText: 'web 1.4.2: failed. It failed' })
    .waitFor({ state: 'attached' })
  await page.locator('#L201', { hasText: 'the last one' }).waitFor()
  assert.is(await page.locator('.note.red').textContent(), reason)
  assert.ok(await page.getByRole('button', { name: 'Follow' }).isHidden())
  assert.ok(Math.abs((await topOf(page, 'L100')) - before) < 2, 'the place was lost')
  assert.match(await page.title(), 'failed · web 1.4.2')
  assert.equal(complaints, [])
  await close()
})
watch('is whole without scripts', async () => {
  site.stage.live.log = linesTo(20)
  const { page, close } = await openPage(browser, { javaScriptEnabled: false })
  await page.goto(addressOf(building))
  assert.is(await rows(page), 20)
  assert.ok(await page.getByText('Follow').isHidden())
  site.stage.live.log += '#1 here it is\n'
  await page.locator('#L21', { hasText: 'here it is' }).waitFor()
  await close()
})
watch('stays bounded however much is printed', async () => {
  site.stage.live.log = linesTo(100)
  const { page, close } = await openPage(browser)
  await page.goto(addressOf(building))
  for (const count of [5_000, 9_000, 12_000]) {
    site.stage.live.log = linesTo(count)
    await page.locator(`#L${count}`).waitFor()
    assert.ok((await rows(page)) <= 4_000)
  }
  await close()
})

const ended = suite('the log of a build in a browser')
const read = canRun() ? ended : ended.skip
ended.before(open)
ended.after(close)
read('goes to the line of a deep link, and marks another one without a jump', async () => {
  const record = build({ logs: [await site.stage.log(linesTo(9_000))] })
  await site.stage.ledger.writeBuild(record)
  const { page, complaints, close } = await openPage(browser)
  await page.goto(`${addressOf(record)}?at=4711#L4711`)
  assert.ok(await inView(page, 'L4711'))
  const top = await scrolled(page)
  await page.locator('#L4712 > a').click()
  assert.match(page.url(), /\?at=4712#L4712$/)
  assert.is(await scrolled(page), top)
  // An address without `at`, as a person would write it.
  await page.goto('about:blank')
  await page.goto(`${addressOf(record)}#L12`)
  await page.waitForURL(/\?at=12#L12$/)
  assert.ok(await inView(page, 'L12'))
  assert.equal(complaints, [])
  await close()
})
read('does not run, restyle or break the page, whatever is printed', async () => {
  const evil = `"'></div></main><script>alert(1)</script><img src=x onerror=alert(1)><style>*{display:none}</style>`
  const log = `${evil}\n#1 ${E}]8;;javascript:alert(1)${E}\\${evil}${E}]8;;${E}\\\n\u202e${E}[31;"onclick=alert(1)m${evil}\n`
  const hostile = { title: evil, branch: evil, repository: evil, reason: evil, untold: evil }
  const record = build({
    time: build().time + 1,
    state: 'failed',
    ...hostile,
    logs: [await site.stage.log(log)],
  })
  await site.stage.ledger.writeBuild(record)
  const { page, complaints, close } = await openPage(browser)
  await page.goto(addressOf(record))
  assert.equal(complaints, [])
  assert.is(await page.locator('main img, main script, main style').count(), 0)
  assert.is(await rows(page), 3)
  assert.ok(await page.locator('#L3').isVisible())
  assert.match((await page.locator('#L2').textContent()) ?? '', `#1 ${evil}`)
  await close()
})
read('of 10 MB has a bounded number of nodes', async () => {
  const log = linesTo(500_000)
  assert.ok(log.length > 10_000_000)
  const record = build({ time: build().time + 2, logs: [await site.stage.log(log)] })
  await site.stage.ledger.writeBuild(record)
  const { page, close } = await openPage(browser)
  await page.goto(addressOf(record))
  assert.is(await rows(page), 2_000)
  assert.ok((await page.locator('*').count()) < 12_000)
  await page.getByLabel('Line').fill('250000')
  await page.getByRole('button', { name: 'Go' }).click()
  await page.waitForURL(/\?at=250000#L250000$/)
  assert.ok(await inView(page, 'L250000'))
  assert.is(await rows(page), 2_000)
  await close()
})
for (const colorScheme of ['light', 'dark'] as const)
  for (const width of [1280, 360])
    read(`is whole and readable in ${colorScheme}, ${width} wide`, async () => {
      const colors = Array.from({ length: 8 }, (_, color) =>
        [30, 40, 90, 100].map((first) => `${E}[${first + color}m color ${E}[m`).join(''),
      )
      const logs = [`${linesTo(3)}error: no engine\n`, `${colors.join('\n')}\n${E}[2mdim ${E}[7mreversed\n`]
      const record = build({
        time: build().time + 3,
        state: 'failed',
        attempt: 2,
        reason: 'RUN npm test ended with 1',
        title: 'Remember the basket',
        logs: await Promise.all(logs.map((log) => site.stage.log(log))),
      })
      await site.stage.ledger.writeBuild(record)
      const { page, complaints, close } = await openPage(browser, {
        colorScheme,
        viewport: { width, height: 800 },
      })
      await page.goto(addressOf(record))
      assert.ok((await widthOf(page)) <= width, 'it scrolls sideways')
      assert.equal(await stumblingBlocks(page), [])
      assert.equal(complaints, [])
      await picture(page, `build-failed-${colorScheme}-${width}`)
      await close()
    })

for (const width of [1280, 360])
  read(`with a disk is whole and readable, ${width} wide`, async () => {
    const record = build({ time: build().time + 4, type: 'AMI', disk: DISK, ami: AMI })
    await site.stage.ledger.writeBuild(record)
    const { page, complaints, close } = await openPage(browser, { viewport: { width, height: 800 } })
    await page.goto(addressOf(record))
    await page.getByRole('button', { name: 'Copy: Start it in QEMU' }).waitFor()
    assert.ok((await widthOf(page)) <= width, 'it scrolls sideways')
    assert.equal(await stumblingBlocks(page), [])
    assert.equal(complaints, [])
    await picture(page, `build-disk-${width}`)
    await close()
  })

live.run()
ended.run()
