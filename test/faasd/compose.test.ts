import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { parse } from 'yaml'
import {
  gatewayPort,
  mergeCompose,
  parseCompose,
  publishedPorts,
  unmergeCompose,
} from '../../faasd/compose.ts'
import { coreServices } from '../../faasd/core-services.ts'
import { readSettings } from '../../faasd/settings.ts'

/** Like faasd's own: odd indentation, comments at the margin, others' entries. */
const STOCK = `version: "3.7"
services:

  nats:
    image: docker.io/library/nats-streaming:0.25.6
# nobody
    user: "65534"

  gateway:
    image: ghcr.io/openfaas/gateway:0.27.5
    ports:
       - "8080:8080"   # everybody

  queue-worker:
    image: ghcr.io/openfaas/queue-worker:0.14.1
    depends_on: [nats]
  # mine
  postgres:
    image: docker.io/library/postgres:16
    ports: ["127.0.0.1:5432:5432"]
`
const IMAGES = { haproxy: 'docker.io/artefacto/haproxy:1', registry: 'docker.io/artefacto/registry:1' }

function ours(revision = 'r1') {
  return coreServices({ state: '/state', settings: readSettings('/nowhere'), images: IMAGES, revision })
}

function withAmi() {
  const settings = { ...readSettings('/nowhere'), ami: true }
  const images = { ...IMAGES, ami: 'docker.io/artefacto/ami:1' }
  return coreServices({ state: '/state', settings, images, revision: 'r1' })
}

const merging = suite('mergeCompose')
merging('adds our services and binds the gateway to loopback', () => {
  const merged = parse(mergeCompose(STOCK, 'f', ours()))
  assert.equal(merged.services['artefacto-registry'].ports, ['127.0.0.1:5000:5000'])
  assert.equal(merged.services['artefacto-front'].depends_on, ['gateway', 'artefacto-registry'])
  assert.is(merged.services['artefacto-docker'].ports, undefined)
  assert.equal(merged.services.gateway.ports, ['127.0.0.1:8080:8080'])
})
merging('leaves every other byte as it is', () => {
  const merged = mergeCompose(STOCK, 'f', ours())
  const block = /^ {2}# artefacto begins[\s\S]*# artefacto ends\n/m
  assert.is(merged.replace(block, '').replace('"127.0.0.1:8080:8080"', '"8080:8080"'), STOCK)
})
merging('gives the same when it is done twice, and replaces what it wrote before', () => {
  const once = mergeCompose(STOCK, 'f', ours())
  assert.is(mergeCompose(once, 'f', ours()), once)
  const again = mergeCompose(once, 'f', ours('r2'))
  assert.is(again, once.replaceAll('ARTEFACTO_REVISION: r1', 'ARTEFACTO_REVISION: r2'))
})
merging('writes into services where another part of the file follows', () => {
  const merged = parse(mergeCompose(`${STOCK}\nx-notes:\n  by: me\n`, 'f', ours()))
  assert.equal(Object.keys(merged), ['version', 'services', 'x-notes'])
  assert.ok(merged.services['artefacto-front'])
})
merging('writes into a file whose last line has no end', () => {
  assert.ok(parse(mergeCompose(STOCK.trimEnd(), 'f', ours())).services['artefacto-front'])
})
merging('keeps the host port that the gateway has', () => {
  const merged = parse(mergeCompose(STOCK.replace('8080:8080', '0.0.0.0:9090:8080'), 'f', ours()))
  assert.equal(merged.services.gateway.ports, ['127.0.0.1:9090:8080'])
})
merging('adds the service ami where it was asked for, which nothing outside of the bridge can reach', () => {
  assert.is(parse(mergeCompose(STOCK, 'f', ours())).services['artefacto-ami'], undefined)
  const { services } = parse(mergeCompose(STOCK, 'f', withAmi()))
  const { user, ports, cap_add, command, volumes, environment } = services['artefacto-ami']
  assert.equal([user, ports, cap_add, command], ['65534', undefined, undefined, undefined])
  assert.is(environment.secret_mount_path, '/secrets')
  const writable = volumes.filter(({ read_only }: { read_only?: boolean }) => !read_only)
  assert.equal(writable, [{ type: 'bind', source: '/state/ami', target: '/work' }])
  assert.equal(
    volumes.map(({ source, target }: { source: string; target: string }) => [source, target]),
    [
      ['/state/core/ami', '/secrets'],
      ['/state/core/empty', '/tmp'],
      ['/state/ami', '/work'],
    ],
  )
})
merging('gives back the file without the service ami when it is taken away, byte for byte', () => {
  const without = mergeCompose(STOCK, 'f', ours())
  assert.is(mergeCompose(mergeCompose(STOCK, 'f', withAmi()), 'f', ours()), without)
  assert.is(unmergeCompose(mergeCompose(STOCK, 'f', withAmi()), 'f', '8080:8080'), STOCK)
})
for (const [what, text, sentence] of [
  [
    'is half-written',
    STOCK.slice(0, STOCK.indexOf('  gateway')),
    /f has no service gateway: is it half-written\?/,
  ],
  ['is empty', '', /f has no service nats/],
  ['is not YAML', `${STOCK}  : [`, /f is not YAML/],
] as const)
  merging(`refuses a file that ${what}`, () => {
    assert.throws(() => mergeCompose(text, 'f', ours()), sentence)
  })
merging.run()

const unmerging = suite('unmergeCompose')
unmerging('gives back the file as it was, byte for byte', () => {
  assert.is(unmergeCompose(mergeCompose(STOCK, 'f', ours()), 'f', '8080:8080'), STOCK)
})
unmerging('leaves a file alone that we are not in', () => {
  assert.is(unmergeCompose(STOCK, 'f', null), STOCK)
})
unmerging.run()

const ports = suite('publishedPorts')
ports('tells those of others from ours', () => {
  const { others, ours: own } = publishedPorts(mergeCompose(STOCK, 'f', ours()), 'f')
  assert.equal([...others].sort(), [
    [5432, 'postgres'],
    [8080, 'gateway'],
  ])
  assert.equal(own.sort(), [5000, 8090])
})
ports('knows the entry that leads to the gateway', () => {
  assert.is(gatewayPort(parseCompose(STOCK, 'f')), '8080:8080')
})
ports.run()
