import { join } from 'node:path'
import type { Images } from './images.ts'
import type { Settings } from './settings.ts'

/** One service of faasd's docker-compose.yaml, in the keys that faasd reads. */
export type CoreService = {
  image: string
  command?: string[]
  user?: string
  environment: Record<string, string>
  volumes: { type: 'bind'; source: string; target: string; read_only?: boolean }[]
  ports?: string[]
  depends_on?: string[]
}

export const AMI_SERVICE = 'artefacto-ami'
/** The user that the service ami runs as, on the host and in its container: nobody. */
export const AMI_USER = 65_534

const ALWAYS = ['artefacto-registry', 'artefacto-docker', 'artefacto-front'] as const

/** The names of the core services that a box with these settings has. */
export function coreNames({ ami }: Settings): string[] {
  return [...ALWAYS, ...(ami ? [AMI_SERVICE] : [])]
}

/**
 * What the box needs beside faasd. Folders are mounted, never single files: a file that is replaced by a new one
 * would go stale in the container. `revision` changes with what only a restart applies.
 */
export function coreServices(options: {
  state: string
  settings: Settings
  images: Images
  revision: string
}): Record<string, CoreService> {
  const { state, settings, images, revision } = options
  const core = (name: string) => readOnly(join(state, 'core', name), '/srv')
  const haproxy = ['haproxy', '-W', '-db', '-f', '/srv/haproxy.cfg']
  const { front, pull } = settings
  return {
    'artefacto-registry': {
      image: images.registry,
      // One line above 64 kB on standard output would end the container (faasd's log collector): a file instead.
      command: [
        'sh',
        '-c',
        'cd /srv && exec docker-registry serve /srv/config.yml >>/var/log/artefacto/registry.log 2>&1',
      ],
      environment: {
        ARTEFACTO_REVISION: revision,
        REGISTRY_HTTP_ADDR: '0.0.0.0:5000',
        REGISTRY_STORAGE_FILESYSTEM_ROOTDIRECTORY: '/data',
        OTEL_TRACES_EXPORTER: 'none',
      },
      volumes: [
        core('registry'),
        { type: 'bind', source: join(state, 'registry'), target: '/data' },
        { type: 'bind', source: join(state, 'log'), target: '/var/log/artefacto' },
      ],
      ports: ['127.0.0.1:5000:5000'],
    },
    'artefacto-docker': {
      image: images.haproxy,
      command: haproxy,
      environment: {
        ARTEFACTO_REVISION: revision,
        LISTEN: ':2376',
        FOLDER: '/srv',
        DOCKER_SOCKET: '/host/run/docker.sock',
      },
      // The socket's folder: dockerd makes the socket anew at each start, and a mounted file would be the old one.
      volumes: [core('docker'), { type: 'bind', source: '/run', target: '/host/run', read_only: true }],
    },
    'artefacto-front': {
      image: images.haproxy,
      command: haproxy,
      environment: {
        ARTEFACTO_REVISION: revision,
        LISTEN: ':8090',
        FOLDER: '/srv',
        GATEWAY: 'gateway:8080',
        ...(front.tls && { CERTIFICATE: '/srv/certificate.pem' }),
        ...(pull && {
          PULL_LISTEN: ':5443',
          PULL_CERTIFICATE: '/srv/registry.pem',
          REGISTRY: 'artefacto-registry:5000',
        }),
      },
      volumes: [core('front')],
      ports: [`${front.host}:${front.port}:8090`, ...(pull ? [`0.0.0.0:${pull.port}:5443`] : [])],
      depends_on: ['gateway', 'artefacto-registry'],
    },
    ...(images.ami !== undefined && { [AMI_SERVICE]: amiService(state, images.ami, revision) }),
  }
}

/**
 * faasd gives a core service no capabilities, and knows neither a read-only root nor limits nor a closed network: of its
 * own files nobody may write anything but /tmp, which is covered, and watch/confinement.ts does the rest.
 */
function amiService(state: string, image: string, revision: string): CoreService {
  return {
    image,
    // faasd gives the folders below to this user.
    user: String(AMI_USER),
    environment: { ARTEFACTO_REVISION: revision, listen: '8080', secret_mount_path: '/secrets' },
    volumes: [
      readOnly(join(state, 'core/ami'), '/secrets'),
      readOnly(join(state, 'core/empty'), '/tmp'),
      { type: 'bind', source: join(state, 'ami'), target: '/work' },
    ],
  }
}

function readOnly(source: string, target: string): CoreService['volumes'][number] {
  return { type: 'bind', source, target, read_only: true }
}
