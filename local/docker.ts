import Docker from 'dockerode'

/**
 * A client for an engine's address. What is no socket came from DOCKER_HOST, which dockerode reads by itself with
 * its TLS variables. `timeout`: milliseconds without a byte.
 */
export function dockerAt(host: string, options: { timeout?: number } = {}): Docker {
  if (!host.startsWith('unix://')) return new Docker(options)
  // host and protocol: else those of a DOCKER_HOST in the environment would win over the socket.
  return new Docker({ host: '', protocol: 'http', socketPath: host.slice('unix://'.length), ...options })
}
