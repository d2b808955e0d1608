import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { openStage } from '../badge/stage.ts'

/** As they arrive: neither the gateway nor the template decodes a path. */
const NAMES = [
  '<script>alert(1)</script>',
  '%3Cscript%3Ealert(1)%3C/script%3E',
  'x'.repeat(10_000),
  'a-'.repeat(5_000),
  '..',
  '../../v2/_catalog',
  '..%2f..%2fv2%2f_catalog',
  '%00',
  'web%0d%0aSet-Cookie:%20x=1',
  'web\r\nX-Evil: 1',
  'web?x',
  'web#x',
  'web:latest',
  'web@sha256',
  'merges/7',
  'builds/web',
  'staging/web',
  'Ｗeb',
  'wеb',
  '\u202ebew',
  '\u001b[31m',
  '__proto__',
  'constructor',
  '-web',
  '',
]

const names = suite('a badge of a hostile name')
for (const name of NAMES)
  names(`is unknown, and nobody is asked: ${JSON.stringify(name.slice(0, 30))}`, async () => {
    const stage = await openStage({ pages: 'public' })
    try {
      const svg = await stage.call(`/${name}.svg`)
      assert.is(svg.status, 200)
      assert.match(String(svg.body), '<title>build: unknown</title>')
      for (const path of [
        `/${name}.json`,
        `/${name}/builds.json`,
        `/${name}/builds/1.log`,
        `/web/builds/${name}.log`,
      ]) {
        const reply = await stage.call(path)
        assert.ok(reply.status === 404 || String(reply.body).includes('"message":"unknown"'), path)
        assert.not.match(String(reply.body), /script|\u202e/)
        assert.ok(String(reply.body).length < 300)
      }
      // A name that every object has is a service that nobody has, and the registry may say so.
      assert.equal(
        stage.memory.calls.filter((call) => !call.includes('/builds/constructor/')),
        [],
      )
    } finally {
      await stage.close()
    }
  })
names.run()
