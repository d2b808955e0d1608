import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { Engine } from '../../functions/build/engine.ts'
import { hostNodeImage } from '../../local/base-image.ts'
import { whereIs } from '../../local/debian.ts'
import { startDockerd } from '../../local/dockerd.ts'
import { openState } from '../../local/state.ts'
import { building, engineAt, NEVER, run } from '../build/engine-stage.ts'
import { inOwnNetwork } from '../support/own-network.ts'
import { FAR, openCluster } from './cluster-cable.ts'

const SCRIPT = join(import.meta.dirname, '../../kubernetes/base/engine/close-network.sh')
const TITLE = 'an engine in a pod, with its network closed'

type Place = keyof typeof FAR
const PLACES = Object.keys(FAR) as Place[]
const OPEN_TO_RUN: Place[] = ['the internet']
const OPEN_TO_ADD: Place[] = ['the registry', 'the internet']

/** As in the manifest: the script first, and then dockerd, which leaves its rules where they are. */
function closeNetwork(): void {
  const env = { REGISTRY: FAR['the registry'], NODE: '10.1.0.1', KUBERNETES_SERVICE_HOST: '10.96.0.1' }
  execFileSync('sh', [SCRIPT], { env: { PATH: `${process.env.PATH}:/usr/sbin`, CLOSED: '', ...env } })
}

function openNetwork(): void {
  for (const chain of ['CLOSED', 'INPUT']) execFileSync('iptables', ['--flush', chain])
}

/** Asks each place, and says which answered. */
function asking(places: Record<string, string>): string {
  return `const ask = async ([name, at]) => {
    const answer = await fetch('http://' + at, { signal: AbortSignal.timeout(5000) }).catch(() => undefined)
    if (answer) console.log('reached ' + name)
  }
  Promise.all(Object.entries(${JSON.stringify(places)}).map(ask)).then(() => console.log(${Date.now()}))`
}

inOwnNetwork(import.meta.filename, TITLE, ['dockerd', 'iptables', 'ip', 'nsenter'], () => {
  const closed = suite(TITLE)
  let engine: Engine
  let base: string
  const ends: (() => Promise<void> | void)[] = []

  closed.before(async () => {
    const state = openState(mkdtempSync(join(tmpdir(), 'pod-')))
    ends.push(
      () => rmSync(state.folder, { recursive: true }),
      () => state.close(),
    )
    const cluster = await openCluster()
    ends.push(cluster.end)
    closeNetwork()
    const dockerd = await startDockerd({ state, program: whereIs('dockerd') as string })
    ends.push(() => dockerd.stop())
    engine = engineAt(dockerd.host)
    base = await hostNodeImage({ ...dockerd, started: true })
  })
  closed.after(async () => {
    for (const end of ends.reverse()) await end()
  })

  /** What a RUN step reaches. */
  async function reached(places: Record<string, string>): Promise<string[]> {
    let log = ''
    await engine.build(
      building({ Dockerfile: `FROM ${base}\n${run(asking(places))}` }),
      (text) => (log += text),
      NEVER,
    )
    return [...log.matchAll(/^#\d+ (?:\d+\.\d+ )?reached (.*)$/gm)].map(([, name = '']) => name).sort()
  }

  /** What `ADD http://…` gets, which dockerd itself fetches. */
  async function added(): Promise<string[]> {
    const fetched: string[] = []
    for (const place of PLACES) {
      const what = building({ Dockerfile: `FROM scratch\nADD http://${FAR[place]}/${Date.now()} /\n` })
      await engine
        .build(what, () => {}, NEVER)
        .then(
          () => fetched.push(place),
          () => {},
        )
    }
    return fetched
  }

  closed('a RUN step reaches the internet, and nothing of the cluster', async () => {
    assert.equal(await reached(FAR), OPEN_TO_RUN)
  })
  closed('ADD http://… gets what is in the internet, and of the cluster the registry alone', async () => {
    assert.equal(await added(), OPEN_TO_ADD)
  })
  closed('without the rules all of it is open: it is they that close it', async () => {
    openNetwork()
    assert.equal(await reached(FAR), [...PLACES].sort())
    assert.equal(await added(), PLACES)
  })
  closed.run()
})
