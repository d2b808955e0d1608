import type { Files } from '../../local/github/server.ts'

/** What the spy saw from inside of a RUN step. */
export type Sight = {
  env: Record<string, string>
  root: string[]
  mounts: string
  /** Sockets anywhere in the file system. */
  sockets: string[]
  /** What an attempt to use a Docker socket ended with. */
  docker: Record<string, string>
  /** Files below the folders in which secrets are mounted. */
  secrets: string[]
  /** The name of its network namespace. */
  network: string
}

const LOOK = `
const fs = require('node:fs')
const net = require('node:net')
const sockets = []
const walk = (folder) => {
  for (const entry of fs.readdirSync(folder, { withFileTypes: true })) {
    const path = (folder === '/' ? '' : folder) + '/' + entry.name
    if (['/proc', '/sys'].includes(path)) continue
    if (entry.isSocket()) sockets.push(path)
    if (entry.isDirectory()) walk(path)
  }
}
walk('/')
const below = (folder) => (fs.existsSync(folder) ? fs.readdirSync(folder).map((name) => folder + '/' + name) : [])
const knock = (path) => new Promise((resolve) => {
  const socket = net.connect(path, () => resolve('open'))
  socket.on('error', (error) => resolve(error.code))
})
Promise.all(['/var/run/docker.sock', '/run/docker.sock'].map(async (path) => [path, await knock(path)])).then((docker) => {
  console.log('SIGHT ' + JSON.stringify({
    env: process.env,
    root: fs.readdirSync('/'),
    mounts: fs.readFileSync('/proc/self/mounts', 'utf8'),
    sockets,
    docker: Object.fromEntries(docker),
    secrets: [...below('/run/secrets'), ...below('/var/openfaas/secrets')],
    network: fs.readlinkSync('/proc/self/ns/net'),
  }))
  fs.writeFileSync('/sight', JSON.stringify([process.env, process.argv]))
  process.exit(0)
})
`

/** A service whose step looks around; `flags` are those of RUN. What it writes becomes the image. */
export function spy(service: string, base: string, flags = ''): Files {
  const dockerfile = [
    `FROM ${base} AS work`,
    'ARG SOURCE_DATE_EPOCH',
    'COPY look.js /look.js',
    `RUN ${flags} ["node", "/look.js"]`,
    'FROM scratch',
    'COPY --from=work /sight /',
    '',
  ].join('\n')
  return { [`${service}/Dockerfile`]: dockerfile, [`${service}/look.js`]: LOOK }
}

/** Services that want what a build must not have: by name, the Dockerfile. */
export function thieves(base: string, secrets: string[]): Record<string, string> {
  const run = (flags: string) => `FROM ${base}\nRUN ${flags} ["node", "-e", "console.log(1)"]\n`
  const wants = secrets.map((name): [string, string] => [
    `wants-${name}`,
    run(`--mount=type=secret,id=${name},required=true`),
  ])
  return {
    ...Object.fromEntries(wants),
    'wants-ssh': run('--mount=type=ssh,required=true'),
    'wants-host': run('--network=host'),
    'wants-root': run('--security=insecure'),
  }
}
