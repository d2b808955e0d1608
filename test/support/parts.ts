import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { cacheFolder } from '../../ami/recipe/cache.ts'
import { rootOf } from '../../ami/recipe/root.ts'
import { findOrStartEngine } from '../../local/engine.ts'
import { startRegistry } from '../../local/registry.ts'
import { makeSecrets } from '../../local/secrets.ts'
import { openState } from '../../local/state.ts'
import { freePort } from './free-port.ts'
import { REGISTRY_3 } from './registry-3.ts'

/** Whether a test file works with a real engine or registry, by where it lies. */
export function needsParts(file: string): boolean {
  return /journey|readme|sample|registry|engine|artifact|ledger|base-image/.test(file)
}

/** Whether a test file has disks made, by where it lies. */
export function needsDisks(file: string): boolean {
  return /ami.*engine|journey.ami/.test(file)
}

/**
 * What those files need of Debian, fetched once. Where it cannot be had they are skipped, and a line says why; in CI
 * that is an error.
 */
export async function fetchDiskParts(): Promise<void> {
  await rootOf(cacheFolder(), console.log).catch((error: Error) => {
    if (process.env.CI_RUN) throw error
    console.log(`skipped: tests of type AMI, because no disks are made: ${error.message}`)
  })
}

/** Whether a test file works with distribution 3, by where it lies. */
export function needsRegistry3(file: string): boolean {
  return /journey.platforms/.test(file)
}

/** Without it these are skipped, and a line says why; in CI that is an error. */
export function lookForRegistry3(): void {
  if (REGISTRY_3) return
  const why = 'REGISTRY_3 does not name the program of distribution 3 (.ci/registry-3)'
  if (process.env.CI_RUN) throw new Error(why)
  console.log(`skipped: tests of several platforms, because ${why}`)
}

/**
 * One Docker Engine for all test files, found or started as `npm start` does it, and a registry started once, so
 * that what is missing on a bare machine is installed here and not by several files at the same moment.
 */
export async function openParts(): Promise<{ dockerHost: string; close(): Promise<void> }> {
  const folder = mkdtempSync(join(tmpdir(), 'artefacto-test-'))
  const state = openState(folder)
  const say = (line: string) => console.log(line)
  const engine = await findOrStartEngine({ state, say })
  await makeSecrets(state)
  const registry = await startRegistry({ state, engine, port: await freePort(), say })
  await registry.stop()
  return {
    dockerHost: engine.host,
    async close() {
      await engine.stop()
      state.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
