import { setTimeout as sleep } from 'node:timers/promises'
import * as assert from 'uvu/assert'
import { isFinal, type MergeRecord } from '../../functions/shared/merge-record.ts'
import { freePort } from '../support/free-port.ts'
import { images, openJourney, REPOSITORY, service } from '../support/journey.ts'
import { type Moment, startFaultyRegistry } from './faulty-registry.ts'
import { moveIn } from './strangers.ts'

export type FaultWorld = Awaited<ReturnType<typeof openFaultWorld>>

/** A merge that was made, and the versions that it promises. */
export type Promised = { sha: string; versions: Record<string, string> }

type Options = {
  /** More environment for the build function. */
  build?: Record<string, string>
  folder?: string
}

/**
 * A journey's world whose registry goes wrong on demand, with somebody else's things in its engine, and the one
 * judgement that holds after every fault.
 */
export async function openFaultWorld({ build = {}, folder }: Options = {}) {
  const port = await freePort()
  const host = `127.0.0.1:${port}`
  const through = { registry: host, registry_url: `https://${host}` }
  let registryPort = 0
  const world = await openJourney(
    (around) => {
      registryPort = around.registryPort
      return { build: { ...through, ...build }, badge: through }
    },
    { ...(folder && { folder }) },
  )
  const registry = await startFaultyRegistry(world.state, registryPort, port)
  const strangers = await moveIn(world.engine.host)
  let round = 0

  return {
    ...world,
    /** Where build and badge find the registry; `world.registry` is the real one. */
    faulty: registry,
    host,
    registryPort,

    /** Merges the next version of web and api; `deliver` as GitHub's. */
    async mergeBoth({
      dockerfile,
      deliver = ['pull_request'],
    }: {
      dockerfile?: string
      deliver?: false | ['pull_request']
    } = {}): Promise<Promised> {
      round += 1
      const versions = { web: `1.${round}.0`, api: `1.${round}.0` }
      const files = { ...images(versions), ...service('web', `w${round}`), ...service('api', `a${round}`) }
      if (dockerfile) files['web/Dockerfile'] = dockerfile
      const { sha } = await world.github.merge(REPOSITORY, { files, deliver })
      return { sha, versions }
    },

    /** The same, held at a moment of its way: whoever is killed then dies there. `faulty.release()` must follow. */
    async mergeUntil(moment: Moment): Promise<Promised> {
      const there = registry.hold(moment)
      const merge = await this.mergeBoth()
      await there
      return merge
    },

    /** The part of the judgement that holds for a merge that is not the newest any more. */
    judgeRecords,

    /** Without a hand: final, one digest a version, the badge right, nothing left, others' things untouched. */
    async judge(merge: Promised): Promise<MergeRecord> {
      const record = await judgeRecords(merge)
      for (const [name, version] of Object.entries(merge.versions))
        assert.is((await world.badge(name, version)).color, 'green')
      await world.until('an empty staging', async () => (await staged()).length === 0)
      assert.equal(await strangers.left(REPOSITORY, host), [], 'images of ours in the engine')
      await strangers.stillThere()
      return record
    },

    /** Kills one of the functions as the kernel does, and calls it, as somebody will: a new process starts. */
    kill(name: string): void {
      const pid = world.stack.gateway.pid(name)
      assert.ok(pid)
      process.kill(pid, 'SIGKILL')
      // The gateway by itself waits longer after each death in a row.
      void fetch(`${world.gateway}/function/${name}`).catch(() => {})
    },

    /** Catch-up after catch-up, as the timer makes them, until a merge is final; one in error rests in between. */
    async recovered({ sha }: Promised): Promise<void> {
      await world.until('the end of the rest', async () => {
        await world.catchUp()
        return isFinal(await world.ended(sha)) || sleep(3_000, false)
      })
    },

    async close(): Promise<void> {
      registry.close()
      await strangers.moveOut()
      await world.close()
    },
  }

  async function judgeRecords({ sha, versions }: Promised): Promise<MergeRecord> {
    const record = await world.ended(sha)
    assert.is(record.state, 'built', record.reason)
    assert.is(record.services.length, Object.keys(versions).length)
    for (const { name, version, digest, build: id } of record.services) {
      assert.is(version, versions[name])
      assert.is(await world.registry.head(name, version), digest)
      assert.is((await world.ledger.build(name, id))?.digest, digest)
      assert.equal(registry.digests(name, version), [digest], 'what was put is what stands')
    }
    return record
  }

  async function staged(): Promise<string[]> {
    const names = await world.registry.repositories('staging/')
    return (await Promise.all(names.map((name) => world.registry.tags(name)))).flat()
  }
}
