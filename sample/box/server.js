import { createServer } from 'node:http'
import { release, totalmem, uptime } from 'node:os'
import { about } from './about.js'

const server = createServer((request, response) => {
  const found = new URL(request.url ?? '/', 'http://box').pathname === '/'
  response.writeHead(found ? 200 : 404, { 'content-type': 'text/plain' })
  response.end(found ? about({ kernel: release(), memory: totalmem(), up: uptime() }) : 'not found\n')
})

server.listen(Number(process.env.PORT ?? 8080), () => console.log('box listens on', server.address().port))

// Process 1 of a container has no default handler: without this one, docker stop waits 10 s and kills.
process.once('SIGTERM', () => server.close())
