import { Readable } from 'node:stream'
import * as assert from 'uvu/assert'
import { dockerAt } from '../../local/docker.ts'
import { tarBytes } from '../build/tar-bytes.ts'

/** An engine that other people use, too: their image and their container must outlive whatever artefacto does. */
export async function moveIn(host: string) {
  const docker = dockerAt(host)
  const name = `somebody/else:${process.pid}`
  const tar = Readable.from([tarBytes([{ name: 'file', body: 'theirs' }])])
  const answer = await docker.importImage(tar as unknown as string, {
    repo: 'somebody/else',
    tag: String(process.pid),
  })
  await new Promise((resolve) => answer.on('end', resolve).resume())
  const container = await docker.createContainer({ Image: name, Cmd: ['/file'] })
  return {
    /** Fails where something of theirs is gone. */
    async stillThere(): Promise<void> {
      assert.ok(await docker.getImage(name).inspect())
      assert.ok(await container.inspect())
    },
    /**
     * What artefacto has left in the engine of this repository, or below this registry. Not by commits: other files use
     * the engine at the same time, and what is merged there in the same second has the same shas.
     */
    async left(repository: string, registry: string): Promise<string[]> {
      const images = await docker.listImages({ all: true })
      const ours = images.filter(({ Labels, RepoTags }) => {
        const built = Labels?.['org.opencontainers.image.source'] === `https://github.com/${repository}`
        return built || (RepoTags ?? []).some((tag) => tag.startsWith(`${registry}/staging/`))
      })
      return ours.map(({ Id, RepoTags }) => `${Id} ${RepoTags}`)
    },
    async moveOut(): Promise<void> {
      await container.remove()
      await docker.getImage(name).remove()
    },
  }
}
