import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { Job } from '../../functions/build/job.ts'
import type { ToBuild } from '../../functions/build/plan.ts'
import { stageImage } from '../../functions/build/stage-image.ts'
import { openToldTimes } from '../../functions/build/told-times.ts'
import type { Workshop } from '../../functions/build/workshop.ts'
import { Failure } from '../../functions/shared/failure.ts'
import { NEVER } from './engine-stage.ts'

const BLOB = 'a'.repeat(40)
const JOB = { repositoryId: 7, repository: 'acme/shop', sha: BLOB, committed: 100_000, attempt: 1 } as Job
const WEB = {
  entry: { service_name: 'web', version: '1.4.2', type: 'Docker' },
  context: {
    files: new Map(),
    dockerfile: 'Dockerfile',
    dockerfileBytes: Buffer.from('FROM scratch'),
    dockerfileBlob: BLOB,
  },
  source: 'sha256:0',
} as unknown as ToBuild

const staging = suite('an image that is staged')
staging('offers its files under another key once a build did not end well', async () => {
  const keys: string[] = []
  const shop = {
    config: { registry: '127.0.0.1:5000', githubUrl: 'https://github.com' },
    grants: async () => ({ secrets: new Map(), logins: new Map() }),
    toldTimes: openToldTimes(),
    engine: {
      build: async ({ offer }: { offer: { key: string } }) => {
        keys.push(offer.key)
        throw new Failure('engine_down', 'gone')
      },
    },
  } as unknown as Workshop
  const log = { write: () => {} } as unknown as Parameters<typeof stageImage>[3]
  for (let attempt = 0; attempt < 2; attempt += 1)
    await stageImage(shop, JOB, WEB, log, NEVER).then(
      () => assert.unreachable(),
      (error: Failure) => assert.is(error.code, 'engine_down'),
    )
  assert.is(new Set(keys).size, 2)
})
staging.run()
