import type { Engine } from './engine.ts'
import { importPrograms } from './program-image.ts'
import { hasImage } from './pull.ts'

/** The image that stands in for `node:22-alpine` where that cannot be had: the Node that runs this. */
export const HOST_NODE_IMAGE = `artefacto-sample/node:${process.versions.node}`

/** Makes that image unless the engine has it, and returns its name. */
export async function hostNodeImage(engine: Engine): Promise<string> {
  if (await hasImage(engine.host, HOST_NODE_IMAGE)) return HOST_NODE_IMAGE
  if (process.platform !== 'linux') {
    throw new Error(
      'The sample needs the image node:22-alpine, which cannot be pulled: docker pull it by hand',
    )
  }
  await importPrograms({ host: engine.host, image: HOST_NODE_IMAGE, programs: { node: process.execPath } })
  return HOST_NODE_IMAGE
}
