import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sign } from '../functions/shared/signature.ts'
import { startLocalGitHub } from '../local/github/server.ts'
import type { Posted } from './load.ts'

/** What GitHub sends of a pull request in an organization, with its description. */
const BYTES = 24_000

const REPOSITORY = 'acme/shop'

type Event = { pull_request: { body: string | null } }

/**
 * GitHub's delivery of a merged pull request, signed: into develop, which is built, and into main, which is not. In
 * files of `folder`.
 */
export async function deliveries(
  folder: string,
  secret: string,
): Promise<Record<'built' | 'ignored', Posted>> {
  const state = mkdtempSync(join(tmpdir(), 'artefacto-github-'))
  const webhook = { url: 'http://127.0.0.1:1', secret: () => secret }
  const github = await startLocalGitHub({ folder: state, webhook })
  try {
    await github.create(REPOSITORY, { files: { 'README.md': '# shop\n' } })
    await github.push(REPOSITORY, { files: { 'README.md': '# shop\n' }, branch: 'main', deliver: false })
    const merged = async (name: string, base: string): Promise<Posted> => {
      const change = { files: { [name]: name }, base, deliver: ['pull_request' as const] }
      const [delivery] = (await github.merge(REPOSITORY, change)).deliveries
      if (delivery === undefined) throw new Error('the local GitHub delivered nothing')
      const body = described(delivery.payload as Event)
      const file = join(folder, `${name}.json`)
      writeFileSync(file, body)
      return { file, headers: { ...delivery.headers, 'x-hub-signature-256': sign(secret, body) } }
    }
    return { built: await merged('built', 'develop'), ignored: await merged('ignored', 'main') }
  } finally {
    await github.close()
    rmSync(state, { recursive: true })
  }
}

/** The event with as long a description as makes it as large as GitHub's. */
function described({ pull_request, ...event }: Event): string {
  const described = (body: string) => JSON.stringify({ ...event, pull_request: { ...pull_request, body } })
  const words = 'This makes the basket faster: prices are read once, and not for every line.\n'.repeat(
    BYTES / 76,
  )
  const lacks = BYTES - described('').length
  let length = lacks
  while (described(words.slice(0, length)).length > BYTES) length -= 1
  return described(words.slice(0, length))
}
