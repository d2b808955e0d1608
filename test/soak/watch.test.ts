import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { RegistryView } from '../../soak/registry-view.ts'
import { watchBadges } from '../../soak/watch.ts'
import { until } from '../support/until.ts'

const watch = suite('what is seen of the registry')
watch(
  'is as old as the list of tags that it comes from, or as the look that found a version gone',
  async () => {
    const lists: number[] = []
    let stands = true
    const registry = {
      tags: async () => {
        lists.push(Date.now())
        return ['1.0.0']
      },
      head: async () => (stands ? 'sha256:aa' : undefined),
    } as unknown as RegistryView
    const badge = JSON.stringify({ message: '1.0.0', color: 'green' })
    const gateway = createServer((_, response) => response.end(badge)).listen(0, '127.0.0.1')
    await once(gateway, 'listening')
    const url = `http://127.0.0.1:${(gateway.address() as AddressInfo).port}`
    const watching = watchBadges(url, registry, ['web'], new Set())
    await until(() => watching.seen.sights.length > 8, 'looks without a list of their own')
    const before = watching.seen.sights.length
    stands = false
    await until(
      () => watching.seen.sights.slice(before).some(({ versions }) => versions.length === 0),
      'a look that finds it gone',
    )
    const { sights } = await watching.stop()
    gateway.close()
    for (const { asked } of sights)
      assert.ok(
        lists.some((at) => Math.abs(at - asked) < 20),
        `nothing was listed at ${asked}`,
      )
  },
)
watch.run()
