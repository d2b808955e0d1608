import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type RequestListener, type Server } from 'node:http'
import { type AddressInfo, createServer as createNetServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { admission } from '../../ami/admission.ts'
import { amiService } from '../../ami/service.ts'
import { AmiDistrusts, amiAddress, askAmi } from '../../functions/build/ami-service.ts'
import { Failure } from '../../functions/shared/failure.ts'

const RECIPE = { recipe: 'sha256:abc', kernel: '6.1.0-56-cloud-amd64', qemu: true }

const addresses = suite('ami_host')
for (const [text, address] of [
  ['tcp://artefacto-ami:8080', { host: 'artefacto-ami', port: 8080 }],
  ['tcp://10.62.0.9:1', { host: '10.62.0.9', port: 1 }],
  ['tcp://[::1]:8080', { host: '::1', port: 8080 }],
  ['unix:///run/ami/ami.sock', { socketPath: '/run/ami/ami.sock' }],
] as const)
  addresses(`${text} is an address`, () => assert.equal(amiAddress(text), address))
for (const text of [
  ...['artefacto-ami:8080', 'http://artefacto-ami:8080', 'tcp://artefacto-ami', 'tcp://:8080'],
  ...['tcp://artefacto-ami:70000', 'unix://ami.sock', 'unix://', 'nonsense', 'tcp://a:1/path', 'tcp://u@a:1'],
])
  addresses(`${text} is none, and the sentence says how one is written`, () => {
    const thrown = failureOf(() => amiAddress(text))
    assert.is(thrown.code, 'ami_down')
    assert.is(thrown.message, `ami_host=${text}: write tcp://host:port or unix:///path`)
  })
addresses.run()

const asking = suite<{ folder: string; open: Server[] }>('asking the service ami')
asking.before.each((context) => {
  context.folder = mkdtempSync(join(tmpdir(), 'ami-ask-'))
  context.open = []
})
asking.after.each(({ folder, open }) => {
  for (const server of open) {
    server.closeAllConnections()
    server.close()
  }
  rmSync(folder, { recursive: true })
})

asking('tells what it is made by, and how much room it has', async (context) => {
  const answer = await askAmi(await at(context, service(context.folder)), 'secret')
  assert.equal({ ...answer, free: 0 }, { ...RECIPE, free: 0 })
  assert.ok(answer.free > 0)
})
asking('of another secret is a failure of its own', async (context) => {
  const thrown = await rejected(askAmi(await at(context, service(context.folder)), 'another'))
  assert.instance(thrown, AmiDistrusts)
  assert.equal(
    [thrown.code, thrown.message],
    ['ami_down', 'the service ami refuses our signature: it has another payload-secret'],
  )
})
asking('where nobody listens says why', async ({ folder }) => {
  const silent = await rejected(askAmi({ socketPath: join(folder, 'none.sock') }, 'secret'))
  assert.equal([silent.code, silent.message], ['ami_down', 'the service ami does not answer (ENOENT)'])
  const refused = await rejected(askAmi({ host: '127.0.0.1', port: 1 }, 'secret'))
  assert.match(refused.message, /\(ECONNREFUSED\)$/)
  const long = await rejected(askAmi({ socketPath: `/${'long'.repeat(50)}` }, 'secret'))
  assert.is(long.code, 'ami_down')
})
asking('ends after four seconds where somebody listens and says nothing', async () => {
  const mute = createNetServer((socket) => void socket.resume())
  await new Promise<void>((resolve) => mute.listen(0, '127.0.0.1', resolve))
  const { port } = mute.address() as AddressInfo
  const thrown = await rejected(askAmi({ host: '127.0.0.1', port }, 'secret'))
  assert.is(thrown.message, 'the service ami does not answer (no answer within 4 s)')
  mute.close()
})
for (const [what, answer, sentence] of [
  ['fails', (_, response) => void response.writeHead(503).end(), 'the service ami answers 503'],
  ['is another program', (_, response) => void response.end('<html>'), /not the service ami$/],
  ['says something else', (_, response) => void response.end('null'), /not the service ami$/],
] as [string, RequestListener, string | RegExp][])
  asking(`that ${what} says so`, async (context) => {
    const thrown = await rejected(askAmi(await at(context, createServer(answer)), 'secret'))
    assert.is(thrown.code, 'ami_down')
    assert.match(thrown.message, sentence)
  })
asking.run()

/** The service itself, without what it makes disks with. */
function service(folder: string): Server {
  const secrets = async () => ['secret']
  const limits = { makeMs: 1_000, bootMs: 1_000 }
  return amiService({ folder, recipe: RECIPE, admission: admission(secrets, Date.now), secrets, ...limits })
}

async function at({ open }: { open: Server[] }, server: Server): Promise<{ host: string; port: number }> {
  open.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return { host: '127.0.0.1', port: (server.address() as AddressInfo).port }
}

function rejected(promise: Promise<unknown>): Promise<Failure> {
  return promise.then(
    () => assert.unreachable() as never,
    (error) => error as Failure,
  )
}

function failureOf(work: () => unknown): Failure {
  try {
    work()
  } catch (error) {
    assert.instance(error, Failure)
    return error as Failure
  }
  return assert.unreachable() as never
}
