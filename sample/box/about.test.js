import assert from 'node:assert/strict'
import { test } from 'node:test'
import { about } from './about.js'

test('says kernel, memory and how long it is up', () => {
  const machine = { kernel: '6.1.0-56-cloud-amd64', memory: 512 * 2 ** 20, up: 12.34 }
  assert.equal(about(machine), 'Linux 6.1.0-56-cloud-amd64, 512 MB of memory, up for 12 s\n')
})
