import { connect } from 'node:net'

/** QEMU takes a connection before the machine does: a long try would only wait for nothing. */
const TRY_MS = 1_500
const REQUEST = 'GET / HTTP/1.1\r\nHost: localhost\r\nUser-Agent: artefacto\r\nConnection: close\r\n\r\n'

/**
 * One try to get a word from a port of 127.0.0.1, as `HTTP 200` or `bytes`. With `listen` nothing is sent, and a
 * connection that stays open is an answer, too, `a connection`: a port that nobody listens to is closed at once.
 */
export function ask(port: number, listen: boolean): Promise<string | undefined> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    const end = (answer?: string) => {
      socket.destroy()
      resolve(answer)
    }
    socket.setTimeout(TRY_MS, () => end(listen ? 'a connection' : undefined))
    socket.on('connect', () => !listen && socket.write(REQUEST))
    socket.on('data', (data) =>
      end(/^HTTP\/\d\.\d (\d{3})/.exec(data.toString('latin1'))?.[0].replace(/\/\S+/, '') ?? 'bytes'),
    )
    socket.on('error', () => end())
    socket.on('end', () => end())
  })
}
