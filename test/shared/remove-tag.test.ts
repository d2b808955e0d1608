import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { removeTag } from '../../functions/shared/remove-tag.ts'
import { putImage, putSomeIndex, withRegistry } from '../build/image-in-memory.ts'

const removing = suite('a tag that is removed')
removing(
  'takes what it points to along, in two requests',
  withRegistry(async (registry, memory) => {
    const digest = await putImage(registry, 'web', 'f00', {})
    memory.calls.length = 0
    await removeTag(registry, 'web', 'f00')
    assert.equal(memory.calls, ['GET /v2/web/manifests/f00', `DELETE /v2/web/manifests/${digest}`])
    assert.is(await registry.head('web', digest), undefined)
  }),
)
removing(
  'takes the images of an index along, and what is gone of it already is fine',
  withRegistry(async (registry, memory) => {
    const { images } = await putSomeIndex(registry, 'web', 'f00', {})
    await registry.deleteManifest('web', String(images[1]))
    await removeTag(registry, 'web', 'f00')
    assert.is(memory.repositories.get('web')?.manifests.size, 0)
  }),
)
removing.run()
