import { execFileSync } from 'node:child_process'
import { cacheFolder } from '../../ami/recipe/cache.ts'
import { rootOf } from '../../ami/recipe/root.ts'
import type { Files } from '../../local/github/server.ts'

/** A static busybox: all that a machine needs that has nothing else. */
export async function busybox(): Promise<Buffer> {
  const root = await rootOf(cacheFolder(), () => {})
  return execFileSync('tar', ['-xOf', root, './usr/bin/busybox'], { maxBuffer: 1 << 24 })
}

/** A service of type AMI: a web server and one page, and nothing else. `command` takes the server's place. */
export async function box(
  page: string,
  command = ['/bin/httpd', '-f', '-p', '8080', '-h', '/www'],
): Promise<Files> {
  const dockerfile = [
    'FROM scratch',
    'COPY bin /bin/',
    'COPY index.html /www/',
    'EXPOSE 8080',
    ...(command.length > 0 ? [`ENTRYPOINT ${JSON.stringify(command)}`] : []),
  ]
  return {
    'box/Dockerfile': `${dockerfile.join('\n')}\n`,
    'box/bin/httpd': { exec: await busybox() },
    'box/index.html': `${page}\n`,
  }
}

/** The same without a port, so that its disk is not started before it is published: that takes seconds. */
export async function untestedBox(page: string): Promise<Files> {
  const files = await box(page)
  return { ...files, 'box/Dockerfile': String(files['box/Dockerfile']).replace('EXPOSE 8080\n', '') }
}

/** images.json with the service `box` of type AMI on the smallest disk, and with others of type Docker. */
export function boxImages(version: string, others: Record<string, string> = {}): Files {
  const box = { service_name: 'box', version, type: 'AMI', disk: 1 }
  const docker = Object.entries(others).map(([service_name, version]) => ({
    service_name,
    version,
    type: 'Docker',
  }))
  return { 'images.json': `${JSON.stringify([box, ...docker], null, 2)}\n` }
}
