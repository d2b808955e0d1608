import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { images, type Journey, openJourney, REPOSITORY, service } from '../support/journey.ts'

/** faasd answers 404 and 500 for a moment after each deploy and crash (test/contract/cold.test.ts). */
const cold = suite('a function that has just been deployed')
let world: Journey
cold.before(async () => {
  world = await openJourney(undefined, { coldAnswers: 500 })
})
cold.after(() => world.close())

for (const name of ['build', 'webhook'] as const)
  cold(`loses no merge that arrives while ${name} is not there`, async () => {
    await world.merge({ ...images({ [name]: '1.0.0' }), ...service(name, 'before') })
    const gone = world.stack.gateway.restart(name)
    const { sha } = await world.github.merge(REPOSITORY, {
      files: { ...images({ [name]: '1.1.0' }), ...service(name, 'meanwhile') },
    })
    await gone
    await world.catchUp()
    const record = await world.ended(sha)
    assert.is(record.state, 'built', record.reason)
    assert.is((await world.badge(name, '1.1.0')).color, 'green')
  })
cold.run()
