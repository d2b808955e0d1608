import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { lookAtSizes } from '../../doctor/sizes.ts'
import { whereIs } from '../../local/debian.ts'
import { startDockerd } from '../../local/dockerd.ts'
import { openState } from '../../local/state.ts'
import { inOwnNetwork } from '../support/own-network.ts'
import { building, engineAt, NEVER } from './engine-stage.ts'

/** An engine of its own, whose cache is nobody's: in a network namespace of its own, since two quarrel about docker0. */
const dockerd = whereIs('dockerd')

function tests(): void {
  const prune = suite("the engine's cache, pruned to a size")
  const state = openState(mkdtempSync(join(tmpdir(), 'artefacto-prune-')))
  let local: Awaited<ReturnType<typeof startDockerd>>
  prune.before(async () => {
    local = await startDockerd({ state, program: dockerd as string })
  })
  prune.after(async () => {
    await local.stop()
    state.close()
    rmSync(state.folder, { recursive: true })
  })
  const sizeOf = async (): Promise<string> => {
    const checks = await lookAtSizes(state.folder, local.host)
    return checks.find(({ name }) => name === 'engine cache size')?.says ?? JSON.stringify(checks)
  }

  prune('loses what was longest unused, and keeps the rest for the next build', async () => {
    const engine = engineAt(local.host)
    const build = async (word: string, bytes: string): Promise<string> => {
      const files = { Dockerfile: 'FROM scratch\nCOPY data /\n', data: bytes }
      const what = building(files, { image: `127.0.0.1:1/staging/prune:${word}` })
      let log = ''
      await engine.build(what, (text) => (log += text), NEVER)
      await engine.remove(what.image)
      return log
    }
    const data = ['one', 'two', 'three'].map((word) => [word, randomBytes(2e6).toString('latin1')] as const)
    for (const [word, bytes] of data) await build(word, bytes)
    assert.match(await sizeOf(), /^(?:[6-9]|\d\d)\.\d MB of build cache/)
    // Sources that were sent are in the cache, too.
    const freed = await engine.prune(8e6)
    assert.ok(freed > 1e6, `${freed} bytes`)
    assert.is(await engine.prune(900e9), 0)
    const [last = ['', '']] = data.slice(-1)
    const again = await build(...last)
    assert.match(again, /CACHED/)
    assert.ok((await engine.prune(1)) > 1e6)
    assert.match(await sizeOf(), /^(?:\d+ B|[\d.]+ kB) of build cache/)
  })
  prune.run()
}

inOwnNetwork(import.meta.filename, 'the cache of an engine', ['dockerd'], tests)
