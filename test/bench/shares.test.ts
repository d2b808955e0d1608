import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { sharesOf } from '../../bench/shares.ts'

const SHA = ['a', 'b'].map((letter) => letter.repeat(40))
const seen = (to: string, line: string, began: number, ended: number) => {
  return { to, line, began, ended, status: 200, headers: {} }
}

const shares = suite('who is at work in a batch of merges')
shares('is counted from the first call that is queued to the last record, and of what overlaps once', () => {
  const sentence = sharesOf(
    [
      seen('registry', 'GET /v2/merges/1/manifests/newest', 0, 900),
      seen('gateway', 'POST /async-function/build', 1000, 1010),
      seen('gateway', 'POST /async-function/build', 1050, 1060),
      seen('registry', `PUT /v2/merges/1/manifests/${SHA[0]}`, 1050, 1100),
      seen('registry', `PUT /v2/merges/1/manifests/${SHA[1]}`, 1150, 1200),
      seen('GitHub', 'GET /repos/acme/shop', 1200, 1220),
      seen('engine', 'POST /session', 1220, 1230),
      seen('engine', 'POST /build?t=a', 1230, 1730),
      seen('engine', 'POST /images/a/push?tag=b', 1630, 1830),
      seen('registry', 'HEAD /v2/web/manifests/1.0.0', 1900, 1940),
      seen('registry', `PUT /v2/merges/1/manifests/${SHA[0]}`, 1950, 2000),
    ],
    2,
  )
  for (const said of [
    'builds or pushes 60 % of the time, 0.7 at once',
    'the ledger 15 % (1.5 calls a merge)',
    'images in the registry 4 % (0.5 calls a merge)',
    'GitHub 2 % (0.5 calls a merge)',
    'records are written, 20 % of the way',
  ])
    assert.match(sentence, said)
})
shares.run()
