import assert from 'node:assert/strict'
import { test } from 'node:test'
import { page } from './page.js'

test('shows what the api said', () => {
  assert.match(page({ greeting: 'Hello, world', host: 'box' }), /<h1>Hello, world \(from box\)<\/h1>/)
})

test('shows markup as text', () => {
  assert.ok(!page({ greeting: '<script>', host: 'box' }).includes('<script>'))
})

test('says that the api does not answer', () => {
  assert.match(page(undefined), /does not answer/)
})
