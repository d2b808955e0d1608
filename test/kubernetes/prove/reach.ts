import type { Engine } from '../../../functions/build/engine.ts'
import type { Kubectl } from '../../../kubernetes/kubectl.ts'
import { building, engineAt, NEVER, run } from '../../build/engine-stage.ts'
import { NODE } from './control-plane.ts'
import { INTERNET, METADATA } from './node.ts'

export const BASE = 'prove/node:1'

/** Runs a shell's line where dockerd of an engine runs. */
export function inEngine(kubectl: Kubectl, number: number, line: string): Promise<string> {
  const where = ['--namespace', 'artefacto-engine', 'exec', `engine-${number}`, '--container', 'dockerd']
  return kubectl([...where, '--', 'sh', '-c', line])
}

/** The engine in which a process has the mark in its command line. */
export async function engineThatRuns(kubectl: Kubectl, mark: string, engines: number): Promise<number> {
  // In brackets, so that grep does not find itself.
  const line = `grep -lsa '[${mark[0]}]${mark.slice(1)}' /proc/[0-9]*/cmdline | head -1`
  for (let number = 0; number < engines; number += 1)
    if ((await inEngine(kubectl, number, line)) !== '') return number
  throw new Error(`no engine runs ${mark}`)
}

/** Gives engines a base image made of a pod's own files: nothing can be pulled here. */
export async function giveBaseImage(kubectl: Kubectl, engines: number): Promise<void> {
  const files =
    'bin lib lib64 usr/lib64 usr/bin/node usr/bin/nodejs usr/share/nodejs usr/lib/x86_64-linux-gnu'
  const line = `cd / && tar -c $(ls -d ${files} 2>/dev/null) | docker import - ${BASE}`
  for (let number = 0; number < engines; number += 1) await inEngine(kubectl, number, line)
}

/** The addresses that a build has no business at, and two that it has. */
async function places(kubectl: Kubectl): Promise<Record<string, string>> {
  const ip = async (kind: string, name: string, namespace: string, path: string) =>
    kubectl(['--namespace', namespace, 'get', kind, name, '--output', `jsonpath={${path}}`])
  const registry = await ip('service', 'registry', 'artefacto', '.spec.clusterIP')
  const engine = await ip('pod', 'engine-0', 'artefacto-engine', '.status.podIP')
  const front = await ip('service', 'front', 'artefacto', '.spec.clusterIP')
  return {
    'the API server (Service)': '10.96.0.1:443',
    'the API server (node)': `${NODE}:6443`,
    'the kubelet': `${NODE}:10250`,
    'OpenFaaS at the node': `${NODE}:8080`,
    'another Service': `${front}:80`,
    "the cloud's metadata": `${METADATA}:80`,
    'its own engine': `${engine}:2376`,
    'the registry': `${registry}:443`,
    'the internet': `${INTERNET}:80`,
  }
}

/** Whether RUN opens a connection to each place, and `ADD http://…` gets an answer from it. */
export async function reachOf(
  kubectl: Kubectl,
  dockerHost: string,
  secrets: string,
): Promise<Map<string, { run: boolean; add: boolean }>> {
  const engine = engineAt(dockerHost, secrets)
  const found = new Map<string, { run: boolean; add: boolean }>()
  for (const [place, at] of Object.entries(await places(kubectl)))
    found.set(place, { run: await runReaches(engine, at), add: await addReaches(engine, at) })
  return found
}

async function runReaches(engine: Engine, at: string): Promise<boolean> {
  const [host, port] = at.split(':')
  const script = `const socket = require('net').connect(${port}, '${host}')
    socket.setTimeout(3000, () => socket.destroy(new Error()))
    socket.on('connect', () => process.exit(0)).on('error', () => process.exit(7)) // ${Date.now()}`
  const said = await refusal(engine, `FROM ${BASE}\n${run(script)}`)
  if (said !== undefined && !/exit code: 7/.test(said)) throw new Error(`a RUN step does not run: ${said}`)
  return said === undefined
}

/** An answer that is no file is an answer, too: a server of TLS says 400 to plain HTTP. */
async function addReaches(engine: Engine, at: string): Promise<boolean> {
  const said = await refusal(engine, `FROM scratch\nADD http://${at}/${Date.now()} /x\n`)
  return said === undefined || !/refused|no route|unreachable|timeout|deadline/i.test(said)
}

/** What an engine says of a build that fails; undefined where it does not. */
async function refusal(engine: Engine, dockerfile: string): Promise<string | undefined> {
  let log = ''
  return engine
    .build(building({ Dockerfile: dockerfile }), (said) => (log += said), NEVER)
    .then(
      () => undefined,
      (error: Error) => `${log}\n${error.message}`,
    )
}
