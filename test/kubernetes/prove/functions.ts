import { appendFileSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { join } from 'node:path'
import { parse } from 'yaml'
import { FUNCTIONS, stackWith } from '../../../faasd/stack.ts'
import { type Gateway, startGateway } from '../../../local/gateway/gateway.ts'
import { type LocalGitHub, startLocalGitHub } from '../../../local/github/server.ts'
import { ready } from '../../../local/ready.ts'
import { REPOSITORY } from '../../support/shop.ts'
import { worldOf } from '../../support/world.ts'
import { NODE } from './control-plane.ts'
import { GATEWAY_PORT } from './installation.ts'

const DIST = join(import.meta.dirname, '../../../dist')
/** The front proxy's Service: what the internet would be led to. */
const FRONT = 'http://front.artefacto.svc.cluster.local'

export type Played = Awaited<ReturnType<typeof playFunctions>>

/** The three functions behind the embedded gateway, as processes of the node; all else that they use is in pods. */
export async function playFunctions(options: {
  folder: string
  secrets: string
  stackText: string
  environment: Record<string, string>
}) {
  const { folder, secrets, stackText, environment } = options
  const lines: string[] = []
  const webhook = { url: `${FRONT}/function/webhook`, secret: () => world.secret('webhook-secret') }
  const github: LocalGitHub = await startLocalGitHub({ folder: join(folder, 'github'), webhook })
  const told = { ...environment, secret_mount_path: secrets, github_api_url: github.url, public_url: FRONT }
  const stack = stackWith(stackText, { gateway: '', environment: told, revisions: {} }).toString()
  const functions = parse(stack).functions as Record<string, { environment: Record<string, string> }>
  const gateway: Gateway = await startGateway({
    port: 0,
    functions: () =>
      FUNCTIONS.map((name) => ({
        name,
        dir: join(DIST, name),
        // Outside of this process namespace its numbers are nobody's, and what lies in /tmp of nobody is swept.
        env: { ...functions[name]?.environment, TMPDIR: folder },
      })),
    adminPassword: () => '',
    log: (line) => {
      lines.push(line)
      appendFileSync(join(folder, 'functions.log'), `${line}\n`)
    },
  })
  await ready(gateway.url)
  // It listens on loopback alone; the Service leads to the node.
  const door = createServer((near) => {
    const far = connect(gateway.port, '127.0.0.1')
    near.on('error', () => far.destroy()).pipe(far)
    far.on('error', () => near.destroy()).pipe(near)
  }).listen(GATEWAY_PORT, NODE)
  const world = worldOf({
    gateway: FRONT,
    github,
    registryUrl: environment.registry_url as string,
    secrets,
    pause: 100,
    hint: () => lines.slice(-30).join('\n'),
  })
  await github.create(REPOSITORY, { files: { 'README.md': '# shop\n' } })
  return {
    ...world,
    restartBuild: () => gateway.restart('build'),
    async close() {
      door.close()
      await gateway.close()
      await github.close()
    },
  }
}
