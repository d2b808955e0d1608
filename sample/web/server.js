import { createServer } from 'node:http'
import { page } from './page.js'

const API_URL = process.env.API_URL ?? 'http://api:8080'

const server = createServer(async (request, response) => {
  if (new URL(request.url ?? '/', 'http://web').pathname !== '/') return response.writeHead(404).end()
  const said = await ask()
  response.writeHead(said ? 200 : 503, { 'content-type': 'text/html; charset=utf-8' })
  response.end(page(said))
})

/** What the api says; undefined while it cannot be reached. */
async function ask() {
  try {
    const answer = await fetch(API_URL, { signal: AbortSignal.timeout(2000) })
    return answer.ok ? await answer.json() : undefined
  } catch {
    return undefined
  }
}

server.listen(Number(process.env.PORT ?? 8080), () => console.log('web listens on', server.address().port))

// Process 1 of a container has no default handler: without this one, docker stop waits 10 s and kills.
process.once('SIGTERM', () => server.close())
