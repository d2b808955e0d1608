import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { blocks, pageAt } from '../readme/markdown.ts'
import { images, openJourney, service } from '../support/journey.ts'

/** docs/faasd.md's own commands, on the state folder of a running artefacto, whose names are the same. */
function documented(first: string, state: string, backup: string): void {
  const block = blocks(pageAt('docs/faasd.md')).find(({ text }) => text.includes(first))
  assert.ok(block, `docs/faasd.md has no command with ${first}`)
  const line = block.text.split('\n').find((text) => text.startsWith('tar ')) as string
  const script = line.replace('/var/lib/artefacto', state).replace('artefacto-backup.tgz', backup)
  execFileSync('bash', ['-euc', script], { stdio: 'pipe' })
}

const restore = suite('back-up and restore')
restore('give the same badges, histories and images on a machine that had nothing', async () => {
  const scratch = mkdtempSync(join(tmpdir(), 'artefacto-backup-'))
  const backup = join(scratch, 'backup.tgz')
  const seen = async (world: Awaited<ReturnType<typeof openJourney>>) => ({
    web: await world.badge('web', '1.1.0'),
    api: await world.badge('api', '1.0.0'),
    builds: (await (await world.page('web/builds.json')).json()) as {
      builds: { digest: string; log: string }[]
    },
    digest: await world.registry.head('web', '1.0.0'),
  })

  const first = await openJourney()
  await first.merge({
    ...images({ web: '1.0.0', api: '1.0.0' }),
    ...service('web', 'w1'),
    ...service('api', 'a1'),
  })
  await first.merge({ ...images({ web: '1.1.0', api: '1.0.0' }), ...service('web', 'w2') })
  const before = await seen(first)
  // settings.json is the installer's, and there is none here.
  execFileSync('touch', [join(first.state.folder, 'settings.json')])
  documented('-czf', first.state.folder, backup)
  const secret = first.secret('webhook-secret')
  await first.close()

  const folder = mkdtempSync(join(tmpdir(), 'artefacto-restored-'))
  documented('-xzf', folder, backup)
  const second = await openJourney(undefined, { folder })
  const after = await seen(second)
  const log = await second.page(new URL(after.builds.builds[0]?.log ?? '', 'http://x/web/').pathname.slice(1))
  assert.match(await log.text(), /COPY content/)
  assert.is(second.secret('webhook-secret'), secret)
  await second.close()
  rmSync(scratch, { recursive: true })
  const withoutAddress = (world: typeof before) =>
    JSON.parse(JSON.stringify(world).replaceAll(/127\.0\.0\.1:\d+/g, 'HOST'))
  assert.equal(withoutAddress(after), withoutAddress(before))
})
restore.run()
