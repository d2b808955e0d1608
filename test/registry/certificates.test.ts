import { X509Certificate } from 'node:crypto'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { allNames, leafFits, makeAuthority, makeLeaf } from '../../registry/certificates.ts'

const NOW = new Date('2026-11-22T12:00:00Z')
const DAY_MS = 86_400_000
const NAMES = ['registry', 'registry.example.org', '127.0.0.1', '::1']
const authority = await makeAuthority(NOW)
const leaf = await makeLeaf(authority, NAMES, NOW)

const making = suite('makeLeaf')

making('covers every name and address, and no other', () => {
  const cert = new X509Certificate(leaf.cert)
  assert.is(cert.checkHost('registry'), 'registry')
  assert.is(cert.checkHost('registry.example.org'), 'registry.example.org')
  assert.is(cert.checkIP('127.0.0.1'), '127.0.0.1')
  assert.ok(cert.checkIP('::1'))
  assert.is(cert.checkHost('example.org'), undefined)
  assert.is(cert.checkIP('127.0.0.2'), undefined)
})

making('is valid for 825 days, the CA for ten years', () => {
  const days = (pem: string) => (Date.parse(new X509Certificate(pem).validTo) - NOW.getTime()) / DAY_MS
  assert.is(days(leaf.cert), 825)
  assert.is(days(authority.cert), 3650)
})

making('is no CA, and is not valid longer than its CA', async () => {
  assert.is(new X509Certificate(leaf.cert).ca, false)
  assert.is(new X509Certificate(authority.cert).ca, true)
  const late = await makeLeaf(authority, NAMES, new Date(NOW.getTime() + 3600 * DAY_MS))
  assert.is(new X509Certificate(late.cert).validTo, new X509Certificate(authority.cert).validTo)
})

making.run()

// ---

const fitting = suite('leafFits')
const later = (days: number) => new Date(NOW.getTime() + days * DAY_MS)

fitting('keeps a leaf that is good', () => {
  assert.ok(leafFits(leaf, authority.cert, ['::1', 'registry'], NOW))
  assert.ok(leafFits(leaf, authority.cert, NAMES, later(794)))
})

fitting('refuses one with less than 30 days left', () => {
  assert.not(leafFits(leaf, authority.cert, NAMES, later(796)))
})

fitting('refuses one that lacks a name', () => {
  assert.not(leafFits(leaf, authority.cert, ['other'], NOW))
})

fitting('refuses one of another CA of the same name', async () => {
  assert.not(leafFits(leaf, (await makeAuthority(NOW)).cert, NAMES, NOW))
})

fitting('refuses a key that is not its own', () => {
  assert.not(leafFits({ cert: leaf.cert, key: authority.key }, authority.cert, NAMES, NOW))
})

fitting.run()

// ---

const naming = suite('allNames')

naming('adds what is missing to what is held', async () => {
  const { cert } = await makeLeaf(authority, ['registry', '127.0.0.1'], NOW)
  assert.equal(allNames(cert, ['127.0.0.1', 'box', 'registry']), ['registry', '127.0.0.1', 'box'])
})

naming.run()
