import type { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { gzipSync } from 'node:zlib'
import type Docker from 'dockerode'
import { extract } from 'tar-stream'

/** The layers of an image by `docker save`, lowest first: every second one gzipped, as a registry mostly has them. */
export async function savedLayers(docker: Docker, image: string): Promise<Buffer[]> {
  const files = new Map<string, Buffer>()
  const untar = extract()
  untar.on('entry', (header, content, next) => {
    buffer(content as unknown as Readable).then((bytes) => {
      files.set(header.name, bytes)
      next()
    })
  })
  const saved = await docker.getImage(image).get()
  await new Promise((resolve, reject) => {
    untar.on('finish', () => resolve(0)).on('error', reject)
    saved.pipe(untar as unknown as NodeJS.WritableStream)
  })
  const [{ Layers }] = JSON.parse(String(files.get('manifest.json'))) as [{ Layers: string[] }]
  return Layers.map((name, i) => {
    const bytes = files.get(name) as Buffer
    return i % 2 === 0 ? bytes : gzipSync(bytes, { level: 1 })
  })
}
