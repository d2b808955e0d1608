import assert from 'node:assert/strict'
import { test } from 'node:test'
import { greet } from './greeting.js'

test('greets by name', () => {
  assert.deepEqual(greet('Ada', 'box'), { greeting: 'Hello, Ada', host: 'box' })
})

test('greets the world when nobody is named', () => {
  assert.equal(greet(null, 'box').greeting, 'Hello, world')
})
