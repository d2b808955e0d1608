import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, statfsSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { hostNodeImage } from '../../local/base-image.ts'
import { whereIs } from '../../local/debian.ts'
import { startDockerd } from '../../local/dockerd.ts'
import { openState } from '../../local/state.ts'
import { run } from '../build/engine-stage.ts'
import { openFaultWorld } from './fault-world.ts'

const MB = 1024 * 1024
const full = suite('a Docker Engine on a full disk')
const program = whereIs('dockerd')
/** A second engine may be started where the machine has none of its own: a service would mind. */
const may = process.getuid?.() === 0 && program && /artefacto-/.test(process.env.DOCKER_HOST ?? '')

/** More than is free, and what becomes the image once it fits. */
const FILLS = run(
  `fs.writeFileSync('/big', Buffer.alloc(${120 * MB}, 1)); fs.rmSync('/big'); fs.writeFileSync('/result', '')`,
)

if (may)
  full('makes a merge wait as an error, publishes nothing, and builds it once there is room', async () => {
    const state = openState(mkdtempSync(join(tmpdir(), 'af-')))
    // Not in the state: what is mounted there when an engine starts was left by another one, and is unmounted.
    const disk = mkdtempSync(join(tmpdir(), 'artefacto-disk-'))
    mkdirSync(join(state.folder, 'engine'))
    symlinkSync(disk, join(state.folder, 'engine/data'))
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=900m', 'tmpfs', disk])
    const resize = (bytes: number) => execFileSync('mount', ['-o', `remount,size=${bytes}`, disk])
    const engine = await startDockerd({ state, program })
    process.env.DOCKER_HOST = engine.host
    const world = await openFaultWorld()
    try {
      const base = await hostNodeImage({ ...engine, started: true })
      await world.judge(await world.mergeBoth())
      const { blocks, bfree, bsize } = statfsSync(disk)
      resize((blocks - bfree) * bsize + 60 * MB)
      const merge = await world.mergeBoth({
        dockerfile: `FROM ${base} AS work\n${FILLS}FROM scratch\nCOPY --from=work /result /\nCOPY content /\n`,
      })
      const record = await world.ended(merge.sha)
      assert.is(record.state, 'error', record.reason)
      assert.match(record.reason ?? '', /^web: no space left on device: .*exit code/s)
      assert.equal(world.faulty.digests('web', merge.versions.web ?? ''), [])
      assert.equal(world.faulty.digests('api', merge.versions.api ?? ''), [])
      assert.is((await world.badge('web', /waiting/)).color, 'blue')
      resize(900 * MB)
      await world.recovered(merge)
      await world.judge(merge)
    } finally {
      await world.close()
      await engine.stop()
      execFileSync('umount', ['--lazy', disk])
      state.close()
      for (const folder of [state.folder, disk]) rmSync(folder, { recursive: true, force: true })
    }
  })
full.run()
