import { createReadStream } from 'node:fs'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { text } from 'node:stream/consumers'
import { pipeline } from 'node:stream/promises'
import { dockerAt } from '../../local/docker.ts'
import { hasImage, refuseErrors } from '../../local/pull.ts'
import { tarEntry } from '../tar/entry.ts'
import { recipeDigest } from './digest.ts'
import { rootOf } from './root.ts'

const NOBODY = 65_534
const USERS = `root:x:0:0:root:/root:/usr/sbin/nologin\nnobody:x:${NOBODY}:${NOBODY}:nobody:/work:/usr/sbin/nologin\n`

/** The name of the image of this recipe. */
export function imageName(): string {
  return `artefacto/ami:${recipeDigest().slice(7, 19)}`
}

/** Makes the service's image in the engine unless it has it; packages and file system are kept in `cache`. */
export async function makeImage(
  host: string,
  cache: string,
  say: (line: string) => void,
  signal?: AbortSignal,
): Promise<string> {
  const image = imageName()
  if (await hasImage(host, image)) return image
  const root = await rootOf(cache, say, signal)
  const program = await bundled()
  const [repo, tag] = image.split(':')
  const body = new PassThrough()
  const changes = [
    'ENTRYPOINT ["node", "/srv/ami.cjs"]',
    `USER ${NOBODY}:${NOBODY}`,
    'WORKDIR /work',
    `ENV recipe=${recipeDigest()}`,
    'ENV PATH=/usr/sbin:/usr/bin',
  ]
  const [answer] = await Promise.all([
    dockerAt(host).importImage(body, { repo, tag, changes, ...(signal && { abortSignal: signal }) }),
    pipeline(contents(root, program), body, { ...(signal && { signal }) }),
  ])
  refuseErrors(await text(answer))
  await removeOthers(host, image)
  return image
}

/** Those of older recipes, 220 MB each; one that still runs somewhere stays. */
async function removeOthers(host: string, image: string): Promise<void> {
  const docker = dockerAt(host)
  const found = await docker.listImages({ filters: { reference: ['artefacto/ami'] } })
  for (const name of found.flatMap(({ RepoTags }) => RepoTags ?? []).filter((one) => one !== image))
    await docker
      .getImage(name)
      .remove()
      .catch(() => {})
}

/** Ours first: the other archive ends with the mark of an end. */
async function* contents(root: string, program: string): AsyncGenerator<Buffer> {
  yield tarEntry({ name: 'srv/ami.cjs', body: program })
  yield tarEntry({ name: 'work/', type: 'folder', mode: 0o700, uid: NOBODY, gid: NOBODY })
  yield tarEntry({ name: 'tmp/', type: 'folder', mode: 0o1777 })
  yield tarEntry({ name: 'etc/passwd', body: USERS })
  yield* createReadStream(root)
}

async function bundled(): Promise<string> {
  const { build } = await import('esbuild')
  const { outputFiles } = await build({
    entryPoints: [join(import.meta.dirname, '../main.ts')],
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    minify: true,
    keepNames: true,
    write: false,
  })
  return (outputFiles[0] as { text: string }).text
}
