import type { Browser } from 'playwright-core'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { pageKey } from '../../functions/shared/page-key.ts'
import { sign } from '../../functions/shared/signature.ts'
import { build } from '../badge/records.ts'
import { stumblingBlocks, widthOf } from './accessible.ts'
import { canRun, openBrowser, openPage, picture } from './browser.ts'
import { shop, stock } from './shop.ts'
import { openSite, type Site } from './site.ts'

let site: Site
let browser: Browser
const now = Date.now()
const GIVEN = { registry_pull: 'registry.example:5000', public_url: 'https://builds.example' }

async function open() {
  site = await openSite(GIVEN)
  await shop(site.stage, now)
  browser = await openBrowser()
}
async function close() {
  await browser?.close()
  await site?.close()
}

const PAGES = [
  ['all', '/', 200],
  ['service', '/web', 200],
  ['failing', '/checkout', 200],
  ['waiting', '/mailer', 200],
  ['disk', '/search', 200],
  ['missing', '/nobody', 404],
] as const

const looks = suite('pages in a browser')
const test = canRun() ? looks : looks.skip
looks.before(async () => {
  if (canRun()) await open()
})
looks.after(close)
for (const [name, path, status] of PAGES)
  for (const colorScheme of ['light', 'dark'] as const)
    for (const width of [1280, 360])
      test(`${name} is whole and readable in ${colorScheme}, ${width} wide`, async () => {
        const viewport = { width, height: 800 }
        const { page, complaints, close } = await openPage(browser, { colorScheme, viewport })
        const answer = await page.goto(site.url + path)
        assert.is(answer?.status(), status)
        // The status of the page itself is the one thing that the console may tell.
        const unexpected = complaints.filter(
          (line) => status === 200 || !line.includes(`status of ${status}`),
        )
        assert.equal(unexpected, [])
        assert.ok((await widthOf(page)) <= width, 'it scrolls sideways')
        assert.equal(await stumblingBlocks(page), [])
        const broken = '[...document.images].filter((one) => one.naturalWidth === 0).length'
        assert.is(await page.evaluate(broken), 0, 'an image is missing')
        await picture(page, `${name}-${colorScheme}-${width}`)
        await close()
      })

test('a key is asked for in the same style, and opens by its form', async () => {
  const locked = await openSite({ pages: 'private' })
  const { page, complaints, close } = await openPage(browser)
  await stock(locked.stage, 'web', { now })
  await page.goto(`${locked.url}/web`)
  assert.equal(await stumblingBlocks(page), [])
  await picture(page, 'locked')
  await page.getByLabel('Key').fill('guess')
  await page.getByRole('button', { name: 'Open' }).click()
  await page.getByText('That key does not open this page.').waitFor()
  assert.equal(await stumblingBlocks(page), [])
  await page.getByLabel('Key').fill(pageKey('first', 'web'))
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: 'Published now' }).waitFor()
  assert.is(page.url(), `${locked.url}/web`)
  assert.ok(
    complaints.every((line) => line.includes('status of 401')),
    complaints.join('\n'),
  )
  await close()
  await locked.close()
})

type Focus = { index: number; visible: boolean; name: string }
const FOCUS = `(() => {
  const active = document.activeElement
  const { outlineStyle, outlineWidth } = getComputedStyle(active)
  const visible = outlineStyle !== 'none' && parseFloat(outlineWidth) >= 2 && active.getBoundingClientRect().left >= 0
  return { index: [...document.querySelectorAll('a,button,pre')].indexOf(active), visible, name: active.textContent }
})()`

test('the keyboard reaches every link and button, and shows where it is', async () => {
  for (const path of ['/', '/checkout']) {
    const { page, close } = await openPage(browser)
    await page.goto(site.url + path)
    const wanted = await page.locator('a,button,pre').count()
    const reached = new Set<number>()
    for (let step = 0; step < wanted + 3 && reached.size < wanted; step += 1) {
      await page.keyboard.press('Tab')
      const at = await page.evaluate<Focus>(FOCUS)
      assert.ok(at.visible, `the focus on "${at.name}" is not to be seen`)
      reached.add(at.index)
    }
    assert.is(reached.size, wanted)
    await close()
  }
})
test('the first Tab and Enter skip to the content', async () => {
  const { page, close } = await openPage(browser)
  await page.goto(`${site.url}/`)
  await page.keyboard.press('Tab')
  await page.keyboard.press('Enter')
  assert.is(await page.evaluate('document.activeElement.id'), 'main')
  await close()
})

test('says everything without JavaScript', async () => {
  const { page, complaints, close } = await openPage(browser, { javaScriptEnabled: false })
  await page.goto(`${site.url}/`)
  await page.getByRole('link', { name: 'web', exact: true }).click()
  await page.getByText('docker pull registry.example:5000/web:1.6.0').waitFor()
  assert.is(await page.getByRole('row').count(), 51)
  assert.is(await page.getByRole('button').count(), 0, 'a button that does nothing')
  assert.equal(complaints, [])
  await close()
})
test('copies what is to be taken along', async () => {
  const { page, close } = await openPage(browser, { permissions: ['clipboard-read', 'clipboard-write'] })
  await page.goto(`${site.url}/web`)
  await page.getByRole('button', { name: 'Copy: Pull by tag' }).click()
  await page.getByRole('status').getByText('Pull by tag: Copied').waitFor({ state: 'attached' })
  const copied = await page.evaluate('navigator.clipboard.readText()')
  assert.is(copied, 'docker pull registry.example:5000/web:1.6.0')
  await close()
})
test('selects the text where the browser does not give the clipboard', async () => {
  const { page, close } = await openPage(browser)
  await page.addInitScript("Object.defineProperty(navigator, 'clipboard', { value: undefined })")
  await page.goto(`${site.url}/web`)
  await page.getByRole('button', { name: 'Copy: Badge for a README' }).click()
  assert.match(
    String(await page.evaluate('String(getSelection())')),
    /^\[!\[build\]\(https:\/\/builds\.example/,
  )
  await close()
})
test('shows by itself that a build has ended', async () => {
  const { page, complaints, close } = await openPage(browser)
  await page.clock.install()
  await page.goto(`${site.url}/api`)
  await page.getByText('building 1.6.0').first().waitFor()
  await stock(site.stage, 'api', {
    now: now + 10 * 60_000,
    count: 4,
    newest: { repositoryId: 8, repository: 'acme/api' },
  })
  const body = '{"services":["api"]}'
  await site.stage.call('/', {
    method: 'POST',
    body,
    headers: { 'x-hub-signature-256': sign('first', body) },
  })
  await page.clock.runFor(11_000)
  await page.locator('.lead').getByText('published').waitFor()
  await page.getByRole('button', { name: 'Copy: Pull by tag' }).waitFor()
  assert.equal(complaints, [])
  await close()
})
test('hostile text is shown, and neither runs nor moves anything', async () => {
  const bad = `</td></table></style></script><script>alert(1)</script><img src=x onerror=alert(2)>\u202e"'><style>*{display:none}</style>`
  await site.stage.ledger.writeOwner('hostile', { repositoryId: 99, repository: bad })
  const words = {
    repositoryId: 99,
    service: 'hostile',
    version: bad,
    title: bad,
    reason: bad,
    untold: bad,
    branch: bad,
  }
  await site.stage.ledger.writeBuild(
    build({ ...words, repository: bad, state: 'failed', time: now, pullRequest: 1 }),
  )
  await site.stage.ledger.writeBuild(build({ ...words, repository: 'a/b', digest: bad, time: now - 1_000 }))
  for (const width of [1280, 360]) {
    const { page, complaints, close } = await openPage(browser, { viewport: { width, height: 800 } })
    await page.goto(`${site.url}/hostile`)
    assert.equal(complaints, [])
    assert.is(await page.locator('td script, td img, td style, section script').count(), 0)
    assert.ok(await page.getByRole('heading', { name: 'Builds' }).isVisible())
    assert.ok((await widthOf(page)) <= width, 'it scrolls sideways')
    await picture(page, `hostile-${width}`)
    await close()
  }
})
looks.run()
