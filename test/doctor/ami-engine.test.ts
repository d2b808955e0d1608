import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { lookAtAmi } from '../../doctor/ami.ts'
import type { Place } from '../../doctor/place.ts'
import { dockerAt } from '../../local/docker.ts'
import { openStage, type Stage } from '../ami/ami-stage.ts'
import { diskSuite } from '../support/disk-suite.ts'

let stage: Stage
let place: Place
const host = process.env.DOCKER_HOST

const ami = diskSuite('the service ami of npm start, as the doctor sees it')
ami.before(async () => {
  stage = await openStage()
  process.env.DOCKER_HOST = stage.engine.host
  const secrets = join(stage.folder, 'secrets')
  place = { kind: 'npm start', gateway: '', secrets, password: undefined, disks: [] }
})
ami.after(async () => {
  if (host === undefined) delete process.env.DOCKER_HOST
  else process.env.DOCKER_HOST = host
  await stage.end()
})

const lines = async () => (await lookAtAmi(place)).map(({ name, state }) => `${name}: ${state}`)
ami('runs, by the recipe of this folder', async () => {
  assert.equal(await lines(), ['ami container: ok', 'ami recipe: ok'])
})
ami('that is older than this folder is a warning', async () => {
  const [, recipe] = await lookAtAmi(place, 'sha256:another')
  assert.equal([recipe?.state, recipe?.fault], ['warning', 'ami_old'])
  assert.match(
    recipe?.says ?? '',
    /^disks are made by sha256:[0-9a-f]{12}, and this folder has sha256:another$/,
  )
})
ami('that does not let this folder in is not judged by its recipe', async () => {
  // Beside the folder whose secret npm start copies to the service as soon as it changes.
  const secrets = join(stage.folder, 'other-secrets')
  mkdirSync(secrets)
  writeFileSync(join(secrets, 'payload-secret'), 'another')
  const [, recipe] = await lookAtAmi({ ...place, secrets })
  assert.equal([recipe?.state, /refuses our signature/.test(recipe?.says ?? '')], ['skipped', true])
})
ami('whose container has ended has failed', async () => {
  const docker = dockerAt(stage.engine.host)
  const [container] = await docker.listContainers({ filters: { label: [`artefacto.state=${stage.folder}`] } })
  await docker.getContainer(container?.Id ?? '').stop({ t: 1 })
  const [found, ...more] = await lookAtAmi(place)
  assert.equal([found?.state, found?.fault, more.length], ['failed', 'ami_down', 0])
  assert.match(found?.says ?? '', /^it is there: Exited/)
})
ami('that was never started has no line', async () => {
  assert.equal(await lookAtAmi({ ...place, secrets: '/elsewhere/secrets' }), [])
})
ami.run()
