import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { parse } from 'yaml'
import { readConfig } from '../../functions/build/config.ts'
import { openMetrics } from '../../functions/build/metrics.ts'
import { openRoom } from '../../functions/build/room.ts'
import { showMetrics } from '../../functions/build/show-metrics.ts'
import { openWorks } from '../../functions/build/works.ts'
import type { Workshop } from '../../functions/build/workshop.ts'
import { FAILURE_CODES } from '../../functions/shared/failure.ts'
import { textOf } from '../rules/source-files.ts'
import { oneEngine } from '../support/engines-of.ts'

type Rules = { groups: { rules: { alert: string; expr: string }[] }[] }

const shop = {
  config: readConfig({}),
  metrics: openMetrics(),
  works: openWorks(),
  room: openRoom(Date.now),
  engines: oneEngine({}),
} as Workshop
const text = String(showMetrics({ ...shop, now: Date.now }).body)
const shown = [...text.matchAll(/^# TYPE (\S+)/gm)].map(([, name = '']) => name)
const docs = textOf('docs/metrics.md')
const { groups } = parse(textOf('faasd/prometheus/artefacto.rules.yml')) as Rules
const rules = groups.flatMap((group) => group.rules)

const documented = suite('docs/metrics.md')
documented('has every metric, and none that there is not', () => {
  const named = [...docs.matchAll(/`((?:artefacto|process)_\w+)(?:\{\w+\})?`/g)].map(([, name]) => name)
  assert.equal([...new Set(named)].sort(), [...shown].sort())
})
documented('has every alarm, and none that there is not', () => {
  const named = [...docs.matchAll(/^\| `(Artefacto\w+)`/gm)].map(([, name]) => name)
  assert.equal(
    named,
    rules.map(({ alert }) => alert),
  )
})
documented('has alarms on what is really shown', () => {
  for (const { alert, expr } of rules) {
    const names = [...expr.matchAll(/artefacto_\w+/g)].map(([name]) => name)
    assert.equal(
      names.filter((name) => !shown.includes(name)),
      [],
      alert,
    )
    for (const [, code = ''] of expr.matchAll(/code=~?"([^"]+)"/g))
      assert.ok(
        FAILURE_CODES.some((one) => new RegExp(`^(?:${code})$`).test(one)),
        alert,
      )
  }
})
documented.run()
