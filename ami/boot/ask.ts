import { connect } from 'node:net'

const REQUEST = 'GET / HTTP/1.1\r\nHost: localhost\r\nUser-Agent: artefacto\r\nConnection: close\r\n\r\n'

/** What a try gives whose connection stayed open and said nothing; a port that nobody listens to is closed at once. */
export const SILENT = 'a connection'

/**
 * One try to get a word from a port of 127.0.0.1, as `HTTP 200` or `bytes`; SILENT where nothing came within `ms`,
 * undefined where it was closed. With `listen` nothing is sent.
 */
export function ask(port: number, ms: number, listen = false): Promise<string | undefined> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    const end = (answer?: string) => {
      socket.destroy()
      resolve(answer)
    }
    socket.setTimeout(ms, () => end(SILENT))
    socket.on('connect', () => !listen && socket.write(REQUEST))
    socket.on('data', (data) =>
      end(/^HTTP\/\d\.\d (\d{3})/.exec(data.toString('latin1'))?.[0].replace(/\/\S+/, '') ?? 'bytes'),
    )
    socket.on('error', () => end())
    socket.on('end', () => end())
  })
}
