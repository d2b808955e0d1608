import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import type { Booted, ImageConfig } from '../../functions/shared/disk-request.ts'
import { hostNodeImage } from '../../local/base-image.ts'
import { dockerAt } from '../../local/docker.ts'
import { diskSuite } from '../support/disk-suite.ts'
import { openStage, type Stage } from './ami-stage.ts'
import { machine } from './machine.ts'
import { savedLayers } from './saved-layers.ts'

const BOX = join(import.meta.dirname, '../../sample/box')

const box = diskSuite("a disk of the sample's service")
let stage: Stage
let made: Awaited<ReturnType<Stage['disk']>>
box.before(async () => {
  stage = await openStage()
  const docker = dockerAt(stage.engine.host)
  const buildargs = { NODE_IMAGE: await hostNodeImage(stage.engine) }
  const built = await docker.buildImage({ context: BOX, src: readdirSync(BOX) }, { t: 'box', buildargs })
  await new Promise((resolve) => docker.modem.followProgress(built, resolve))
  const { Config, Id, Architecture } = await docker.getImage('box').inspect()
  made = await stage.disk('box', await savedLayers(docker, 'box'), {
    image: Id,
    architecture: Architecture,
    config: Config as unknown as ImageConfig,
    boot: ['bios', 'uefi'],
  })
})
box.after(() => stage.end())

box('has answered by HTTP with BIOS and with UEFI', () => {
  const booted = made.result.booted as Booted[]
  assert.equal(
    booted.map(({ firmware, port, answer }) => [firmware, port, answer]),
    [
      ['bios', 8080, 'HTTP 200'],
      ['uefi', 8080, 'HTTP 200'],
    ],
  )
})
box('says what its machine is, and stops cleanly when the power button is pressed', async () => {
  const running = await machine(stage, made.file, 'uefi')
  try {
    assert.match((await running.answer('/')).body, /^Linux 6\.1\.\S+, \d+ MB of memory, up for \d+ s\n$/)
    running.pressPower()
    assert.is(await running.ended(), 0)
    assert.match(running.console(), /stopping, TERM to the service[\s\S]*poweroff/)
  } finally {
    await running.remove()
  }
})
box.run()
