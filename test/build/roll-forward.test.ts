import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { canRollForward } from '../../functions/build/publish.ts'
import type { Workshop } from '../../functions/build/workshop.ts'
import type { MergeRecord } from '../../functions/shared/merge-record.ts'

const OURS = `sha256:${'a'.repeat(64)}`
const OTHER = `sha256:${'b'.repeat(64)}`
const DISK = `sha256:${'d'.repeat(64)}`

/** `repository:tag` or `repository@digest`, and what a HEAD of it gives. */
type There = Record<string, string>

const rows: [title: string, there: There, services: object[], can: boolean][] = [
  ['an image that is still staged', { [`staging/web@${OURS}`]: OURS }, [{}], true],
  ['a version that has been published', { 'web:1.4.2': OURS }, [{}], true],
  ['a version that stands as another image, for ever', { 'web:1.4.2': OTHER }, [{}], true],
  ['an image that is nowhere', {}, [{}], false],
  ['a tag that has been moved to it', { 'web:dev': OURS }, [{ version: 'dev' }], true],
  [
    'a tag that moves and is another merge’s, with the image staged',
    { 'web:dev': OTHER, [`staging/web@${OURS}`]: OURS },
    [{ version: 'dev' }],
    true,
  ],
  [
    'a tag that moves and is another merge’s, with the image gone',
    { 'web:dev': OTHER },
    [{ version: 'dev' }],
    false,
  ],
  ['an image without its disk', { 'web:1.4.2': OURS }, [{ disk: DISK }], false],
  ['one of two services that is nowhere', { 'web:1.4.2': OURS }, [{}, { name: 'api' }], false],
  ['a service that is not new', {}, [{ state: 'unchanged' }], true],
]

const rolling = suite('a merge that was found while it published can go on')
for (const [title, there, services, can] of rows)
  rolling(`${can ? 'with' : 'not with'} ${title}`, async () => {
    const head = async (repository: string, reference: string) =>
      there[`${repository}${reference.startsWith('sha256:') ? '@' : ':'}${reference}`]
    const shop = { registry: { head }, config: { mutableTags: /^dev$/ } } as unknown as Workshop
    const record = {
      services: services.map((service) => ({
        name: 'web',
        version: '1.4.2',
        state: 'staged',
        digest: OURS,
        ...service,
      })),
    } as MergeRecord
    assert.is(await canRollForward(shop, record), can)
  })
rolling.run()
