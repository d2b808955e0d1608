import { dockerAt } from './docker.ts'

const LIMIT_MS = 3_000

/** Where the Docker Engine of this machine keeps its data; none where it does not answer, or is not on this machine. */
export async function engineFolder(
  host = process.env.DOCKER_HOST || 'unix:///var/run/docker.sock',
): Promise<string[]> {
  if (!host.startsWith('unix://')) return []
  try {
    const { DockerRootDir } = (await dockerAt(host, { timeout: LIMIT_MS }).info()) as {
      DockerRootDir: string
    }
    return [DockerRootDir]
  } catch {
    return []
  }
}
