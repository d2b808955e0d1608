import { symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { images, openJourney, REPOSITORY, service } from '../support/journey.ts'

const registry = suite('a merge while the registry is down')
registry('is refused with 503, since its record cannot be written', async () => {
  const world = await openJourney()
  try {
    await world.merge({ ...images({ web: '1.0.0' }), ...service('web', 'w1') })
    const claim = { repository_id: await world.id(), repository: REPOSITORY, sha: 'a'.repeat(40) }
    await world.stack.registry.stop()
    const answer = await world.call('/function/build', claim)
    assert.is(answer.status, 503)
    assert.match(await answer.text(), /the registry does not answer/)
    assert.is((await world.badge('web', 'unreachable')).color, 'grey')
  } finally {
    await world.close()
  }
})
registry.run()

const engine = suite('a merge while the Docker Engine is down')
engine('waits, and is built when the engine is there', async () => {
  const late = await openJourney(({ state }) => ({
    build: { docker_host: `unix://${join(state.folder, 'late.sock')}` },
  }))
  try {
    const { sha } = await late.github.merge(REPOSITORY, {
      files: { ...images({ web: '1.0.0' }), ...service('web', 'w1') },
    })
    const repositoryId = await late.id()
    const record = await late.until('the reason', async () => {
      const found = await late.ledger.merge(repositoryId, sha)
      return found?.reason !== undefined && found
    })
    assert.is(record.state, 'queued')
    assert.match(record.reason ?? '', /the Docker Engine does not answer/)
    symlinkSync(late.engine.host.replace('unix://', ''), join(late.state.folder, 'late.sock'))
    await late.catchUp()
    assert.is((await late.ended(sha)).state, 'built')
    await late.badge('web', '1.0.0')
  } finally {
    await late.close()
  }
})
engine.run()
