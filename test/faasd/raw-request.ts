import { createConnection } from 'node:net'

const LONGEST_MS = 20_000

export type RawAnswer = { status: number; text: string }

/** Sends exactly these bytes to a port of 127.0.0.1 and gives what came back until the other side closed. */
export function rawRequest(port: number, bytes: string | Buffer): Promise<RawAnswer> {
  return new Promise((resolve, reject) => {
    const socket = createConnection({ host: '127.0.0.1', port, timeout: LONGEST_MS })
    const chunks: Buffer[] = []
    socket.on('data', (chunk) => chunks.push(chunk))
    socket.once('timeout', () => reject(new Error(`no end of the answer:\n${Buffer.concat(chunks)}`)))
    // Whoever is refused in the middle of a body is cut off; what counts is the answer before that.
    socket.on('error', () => {})
    socket.once('close', () => {
      const text = Buffer.concat(chunks).toString()
      resolve({ status: Number(/^HTTP\/1\.1 (\d{3}) /.exec(text)?.[1] ?? 0), text })
    })
    socket.write(bytes)
  })
}

/** The head of a request that asks for one answer only; `headers` are whole lines. */
export function head(line: string, ...headers: string[]): string {
  return `${[`${line} HTTP/1.1`, 'Host: front.example', 'Connection: close', ...headers].join('\r\n')}\r\n\r\n`
}
