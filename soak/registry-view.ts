import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { Agent } from 'node:https'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import axios from 'axios'
import type { State } from '../local/state.ts'
import { textOf } from './sources.ts'

/** The registry as any client sees it; every call rejects while it does not answer. */
export type RegistryView = ReturnType<typeof viewRegistry>

type Manifest = { annotations?: Record<string, string>; layers?: { digest: string }[] }

const ACCEPT =
  'application/vnd.oci.image.manifest.v1+json, application/vnd.docker.distribution.manifest.v2+json'
const DEADLINE_MS = 5_000

/** Plain HTTP with the state's certificate and password: none of artefacto's own code, which is what is judged. */
export function viewRegistry(state: State, url: string) {
  const secret = (name: string) => readFileSync(join(state.secrets, name), 'utf8').trim()
  const auth = { username: secret('registry-user'), password: secret('registry-password') }
  const httpsAgent = new Agent({ keepAlive: true, ca: secret('registry-ca') })

  async function ask(method: 'GET' | 'HEAD', path: string) {
    const answer = await axios.request<Buffer>({
      method,
      url: `${url}/v2/${path}`,
      auth,
      httpsAgent,
      headers: { accept: ACCEPT },
      responseType: 'arraybuffer',
      decompress: false,
      proxy: false,
      timeout: DEADLINE_MS,
      validateStatus: (status) => status === 200 || status === 404,
    })
    return answer.status === 200 ? answer : undefined
  }
  const json = async <T>(path: string): Promise<T | undefined> => {
    const answer = await ask('GET', path)
    return answer && (JSON.parse(answer.data.toString()) as T)
  }
  const tags = async (name: string): Promise<string[]> =>
    (await json<{ tags: string[] | null }>(`${name}/tags/list?n=1000`))?.tags ?? []

  return {
    tags,
    head: async (name: string, reference: string): Promise<string | undefined> => {
      const answer = await ask('HEAD', `${name}/manifests/${reference}`)
      return answer && String(answer.headers['docker-content-digest'])
    },
    annotations: async (name: string, reference: string): Promise<Record<string, string> | undefined> => {
      const manifest = await json<Manifest>(`${name}/manifests/${reference}`)
      return manifest && (manifest.annotations ?? {})
    },
    /** Which of the contents the image holds, by its bytes; undefined: none of them. */
    content: async (name: string, reference: string, contents: string[]): Promise<string | undefined> => {
      const manifest = await json<Manifest>(`${name}/manifests/${reference}`)
      let found: string | undefined
      for (const { digest } of manifest?.layers ?? []) {
        const bytes = (await ask('GET', `${name}/blobs/${digest}`))?.data ?? Buffer.alloc(0)
        if (digest !== `sha256:${createHash('sha256').update(bytes).digest('hex')}`) return undefined
        const layer = gunzipSync(bytes)
        found = contents.find((content) => layer.includes(textOf(content))) ?? found
      }
      return found
    },
    /** Tags below `staging/`, as `staging/name:tag`. */
    staged: async (): Promise<string[]> => {
      const catalog = await json<{ repositories: string[] }>('_catalog?n=1000')
      const names = (catalog?.repositories ?? []).filter((name) => name.startsWith('staging/'))
      const found = await Promise.all(
        names.map(async (name) => (await tags(name)).map((tag) => `${name}:${tag}`)),
      )
      return found.flat()
    },
  }
}
