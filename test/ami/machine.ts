import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { request } from 'node:http'
import { connect } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { machineOf, QEMU } from '../../ami/boot/machine.ts'
import { imageName } from '../../ami/recipe/image.ts'
import type { Firmware } from '../../functions/shared/disk-request.ts'
import { dockerAt } from '../../local/docker.ts'
import { freePort } from '../support/free-port.ts'
import type { Stage } from './ami-stage.ts'

/** A machine that a disk runs in: QEMU of the service's image, on this machine's loopback. */
export type Machine = {
  get(path: string): Promise<{ status: number; body: string }>
  /** The first answer that there is within a minute and a half. */
  answer(path: string): Promise<{ status: number; body: string }>
  console(): string
  pressPower(): void
  ended(): Promise<number>
  remove(): Promise<void>
}

export async function machine(
  stage: Pick<Stage, 'folder' | 'engine'>,
  disk: string,
  firmware: Firmware,
  guestPort = 8080,
): Promise<Machine> {
  const folder = join(stage.folder, `machine-${firmware}-${process.hrtime.bigint()}`)
  mkdirSync(folder)
  const from = await freePort()
  const { args, console: log, monitor } = machineOf({ disk, firmware, port: { from, to: guestPort }, folder })
  const container = await dockerAt(stage.engine.host).createContainer({
    Image: imageName(),
    User: '0',
    Entrypoint: [QEMU],
    // Restricted, QEMU's DHCP names neither a router nor a name server.
    Cmd: args.map((word) =>
      word.replace('restrict=on,', '').replace('hostfwd=tcp:127.0.0.1', 'hostfwd=tcp:0.0.0.0'),
    ),
    Env: [`TMPDIR=${folder}`],
    ExposedPorts: { [`${from}/tcp`]: {} },
    HostConfig: {
      PortBindings: { [`${from}/tcp`]: [{ HostIp: '127.0.0.1', HostPort: `${from}` }] },
      Binds: [`${stage.folder}:${stage.folder}`],
    },
  })
  await container.start()
  const get = (path: string) => fetchFrom(from, path)
  const said = () => (existsSync(log) ? readFileSync(log, 'latin1') : '')
  return {
    get,
    async answer(path) {
      const deadline = Date.now() + 90_000
      for (;;) {
        const got = await get(path).catch((error: Error) => error)
        if (!(got instanceof Error)) return got
        // Emulated on a busy computer, a kernel may find that its timer does not work: the service tries again, too.
        if (/Kernel panic/.test(said())) await container.restart({ t: 0 })
        if (Date.now() > deadline) throw new Error(`no answer (${got.message}):\n${said()}`)
        await sleep(200)
      }
    },
    console: said,
    pressPower: () => void connect(monitor).end('system_powerdown\n'),
    ended: async () => ((await container.wait()) as { StatusCode: number }).StatusCode,
    remove: () => container.remove({ force: true, v: true }),
  }
}

function fetchFrom(port: number, path: string): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    const call = request({ host: '127.0.0.1', port, path, agent: false, timeout: 2_000 }, (response) => {
      let body = ''
      response.on('data', (chunk) => (body += chunk)).on('error', reject)
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body }))
    })
    call.on('timeout', () => call.destroy(new Error('no answer in 2 s'))).on('error', reject)
    call.end()
  })
}
