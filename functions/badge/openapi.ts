import type { Reply } from '../shared/http.ts'

/** The description of all three functions, as it was bundled; it changes with a deployment only. */
export async function openapiReply(): Promise<Reply> {
  // Loaded here: badges need none of its 50 kB.
  const { openapi } = await import('./openapi.generated.cjs')
  return {
    status: 200,
    headers: { 'Content-Type': 'application/json', 'Cache-Control': 'public, max-age=300' },
    body: openapi,
  }
}
