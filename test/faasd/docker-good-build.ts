import { request } from './docker-stage.ts'

/** As dockerode writes what functions/build/engine.ts gives it. */
export const GOOD: Record<string, string> = {
  version: '2',
  remote: 'client-session',
  session: '9d3bc0b8-844d-4ff9-a189-0678770d3407',
  t: '127.0.0.1%3A5000%2Fstaging%2Fweb%3A0123abc-1.4.2_x',
  dockerfile: 'docker%2FDockerfile.prod',
  buildargs: "%7B%22A%22%3A%22%C3%A4%20b'()*~!%3B%2B%26%3D%22%7D",
  labels: '%7B%22org.opencontainers.image.source%22%3A%22https%3A%2F%2Fgithub.com%2Fa%2Fb%22%7D',
  target: 'prod',
  platform: 'linux%2Farm%2Fv7',
  pull: 'true',
}

export const good = Object.entries(GOOD)
  .map(([name, value]) => `${name}=${value}`)
  .join('&')

/** A build with this query, as bytes. */
export function build(query: string, type = 'application/tar'): string {
  return request(`POST /build?${query}`, { 'Content-Type': type }, 'a tar')
}

/** With its first character as a code. */
export function coded(text: string): string {
  return `%${text.charCodeAt(0).toString(16)}${encodeURIComponent(text.slice(1))}`
}
