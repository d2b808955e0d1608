import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGunzip } from 'node:zlib'
import { layoutOf, SECTOR } from '../../ami/layout.ts'
import { startTool } from '../../ami/tool.ts'
import type { LayerSource } from '../../functions/build/layers-tar.ts'
import { requestDisk } from '../../functions/build/request-disk.ts'
import type { Description, DiskResult, ImageConfig } from '../../functions/shared/disk-request.ts'
import { type Ami, startAmi } from '../../local/ami.ts'
import { whereIs } from '../../local/debian.ts'
import { type Engine, findOrStartEngine } from '../../local/engine.ts'
import { makeSecrets } from '../../local/secrets.ts'
import { openState } from '../../local/state.ts'

export const NEVER = new AbortController().signal

export type Asked = Partial<Omit<Description, 'sent' | 'nonce' | 'config'>> & { config?: ImageConfig }

/** The service in a container of a real engine, as `npm start` runs it. */
export type Stage = {
  engine: Engine
  ami: Ami
  secret: string
  folder: string
  /** Asks for a disk of these layers; its raw file (sparse) and what the service says about it. */
  disk(
    name: string,
    layers: Buffer[],
    asked?: Asked,
  ): Promise<{ file: string; result: DiskResult; sha256: string }>
  end(): Promise<void>
}

export async function openStage(): Promise<Stage> {
  const state = openState(mkdtempSync(join(tmpdir(), 'ami-')))
  const engine = await findOrStartEngine({ state, say: () => {} })
  await makeSecrets(state)
  const ami = await startAmi({ state, engine, say: () => {} })
  const secret = readFileSync(join(state.secrets, 'payload-secret'), 'utf8').trim()
  const { folder } = state
  return {
    engine,
    ami,
    secret,
    folder,
    async disk(name, layers, asked = {}) {
      const { stream, result } = await requestDisk({
        address: ami,
        secret,
        description: describe(asked),
        layers: layers.map(layerOf),
      })
      const into = join(folder, name)
      mkdirSync(into)
      const hash = createHash('sha256')
      // -i: else tar closes its input at the archive's end, before the last padding.
      const unpack = startTool('tar', ['-xiSf', '-', '-C', into], { signal: NEVER })
      stream.on('data', (chunk) => hash.update(chunk))
      await pipeline(stream, createGunzip(), unpack.stdin)
      await unpack.ended
      return { file: join(into, 'disk.img'), result: result(), sha256: `sha256:${hash.digest('hex')}` }
    },
    async end() {
      await ami.stop()
      await engine.stop()
      state.close()
      rmSync(folder, { recursive: true })
    },
  }
}

/** A layer as a registry would give it. */
export function layerOf(bytes: Buffer): LayerSource {
  return { size: bytes.length, open: async () => Readable.from(bytes, { objectMode: false }) }
}

export function describe({ config = {}, ...asked }: Asked): Omit<Description, 'sent' | 'nonce'> {
  return {
    image: `sha256:${'5e'.repeat(32)}`,
    architecture: 'amd64',
    created: '2026-11-20T10:00:00.5Z',
    disk: 1,
    boot: [],
    config: { Entrypoint: ['/bin/true'], ...config },
    ...asked,
  }
}

/** What debugfs says about the root file system of a disk. */
export function debugfs(file: string, command: string): string {
  return askDebugfs(file, ['-R', command])
}

/** The same for a file of commands. */
export function debugfsAll(file: string, commands: string): string {
  return askDebugfs(file, ['-f', commands])
}

function askDebugfs(file: string, words: string[]): string {
  const at = `${file}?offset=${layoutOf(1).root.start * SECTOR}`
  return execFileSync(whereIs('debugfs') ?? 'debugfs', [...words, at], {
    encoding: 'latin1',
    stdio: ['ignore', 'pipe', 'ignore'],
    maxBuffer: 1 << 26,
  })
}
