import { type Document, isMap, isScalar, isSeq, parseDocument, stringify, type YAMLMap } from 'yaml'
import type { CoreService } from './core-services.ts'

const NEEDED = ['nats', 'gateway', 'queue-worker']
const BEGIN = '# artefacto begins: sudo npm run faasd writes what follows, and takes it out again'
const END = '# artefacto ends'
const OURS = new RegExp(`^[ \\t]*${BEGIN}\\n[\\s\\S]*?^[ \\t]*${END}\\n`, 'm')

/** faasd's docker-compose.yaml. An Error where it is not what faasd itself could start: then nothing is changed. */
export function parseCompose(text: string, path: string): Document {
  const document = parseDocument(text)
  const [error] = document.errors
  if (error) throw new Error(`${path} is not YAML (${error.message.split('\n')[0]}): repair it first`)
  const services = document.get('services')
  const missing = NEEDED.find((name) => !isMap(services) || !isMap(services.get(name)))
  if (missing)
    throw new Error(`${path} has no service ${missing}: is it half-written? Restore faasd's own file first`)
  return document
}

/** The text with our services in it and the gateway on loopback. Every other byte stays as it is. */
export function mergeCompose(text: string, path: string, services: Record<string, CoreService>): string {
  const others = withoutOurs(text)
  const map = parseCompose(others, path).get('services') as YAMLMap
  const [, end = 0] = map.range ?? []
  const indent = ' '.repeat(columnOf(others, map))
  const block = [
    BEGIN,
    ...stringify(services, { lineWidth: 0, aliasDuplicateObjects: false }).trimEnd().split('\n'),
    END,
  ]
  const lines = block.map((line) => `${indent}${line}\n`).join('')
  const head = others.slice(0, end)
  return withGatewayPort(
    `${head}${head.endsWith('\n') ? '' : '\n'}${lines}${others.slice(end).replace(/^[ \t]*\n/, '')}`,
    path,
    loopback,
  )
}

/** The text without our services, and with the gateway's port as it was. */
export function unmergeCompose(text: string, path: string, portBefore: string | null): string {
  return withGatewayPort(withoutOurs(text), path, (entry) => portBefore ?? entry)
}

/** The entry of the gateway's `ports` that leads to its 8080, such as `8080:8080`. */
export function gatewayPort(document: Document): string | undefined {
  return portsOf(document, 'gateway').find(leadsTo8080)
}

/** Host ports and who publishes them, others or we: faasd refuses to start where two want the same. */
export function publishedPorts(text: string, path: string): { others: Map<number, string>; ours: number[] } {
  const document = parseCompose(text, path)
  const inOurs = parseDocument(blockOf(text))
  const others = new Map<number, string>()
  const ours: number[] = []
  for (const { key } of (document.get('services') as YAMLMap).items)
    for (const entry of portsOf(document, String(key))) {
      const port = Number(entry.split(':').at(-2))
      if (inOurs.has(String(key))) ours.push(port)
      else others.set(port, String(key))
    }
  return { others, ours }
}

/** What of a text is ours. */
export function blockOf(text: string): string {
  return OURS.exec(text)?.[0] ?? ''
}

function withoutOurs(text: string): string {
  return text.replace(OURS, '')
}

function withGatewayPort(text: string, path: string, change: (entry: string) => string): string {
  const ports = parseCompose(text, path).getIn(['services', 'gateway', 'ports'])
  const entry = isSeq(ports) ? ports.items.find((item) => leadsTo8080(String(item))) : undefined
  if (!isScalar(entry) || !entry.range) return text
  const [start, end] = entry.range
  const after = change(String(entry))
  return after === String(entry) ? text : `${text.slice(0, start)}"${after}"${text.slice(end)}`
}

function portsOf(document: Document, service: string): string[] {
  const ports = document.getIn(['services', service, 'ports'])
  return isSeq(ports) ? ports.items.map(String) : []
}

function leadsTo8080(entry: string): boolean {
  return /(^|:)8080$/.test(entry)
}

// Stock faasd opens the gateway to everybody, with /system and every function behind it.
function loopback(entry: string): string {
  return `127.0.0.1:${entry.split(':').slice(-2).join(':')}`
}

function columnOf(text: string, map: YAMLMap): number {
  const start = map.range?.[0] ?? 0
  return start - (text.lastIndexOf('\n', start - 1) + 1)
}
