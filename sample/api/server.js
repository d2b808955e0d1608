import { createServer } from 'node:http'
import { hostname } from 'node:os'
import { greet } from './greeting.js'

const server = createServer((request, response) => {
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://api')
  const found = pathname === '/'
  const answer = found ? greet(searchParams.get('name'), hostname()) : { error: 'not found' }
  response.writeHead(found ? 200 : 404, { 'content-type': 'application/json' })
  response.end(`${JSON.stringify(answer)}\n`)
})

server.listen(Number(process.env.PORT ?? 8080), () => console.log('api listens on', server.address().port))

// Process 1 of a container has no default handler: without this one, docker stop waits 10 s and kills.
process.once('SIGTERM', () => server.close())
