import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { readConfig as badge } from '../../functions/badge/config.ts'
import { readConfig as build } from '../../functions/build/config.ts'
import { readConfig as webhook } from '../../functions/webhook/config.ts'
import { importsOf, sourceFiles, textOf } from './source-files.ts'

type Service = { keys: Record<string, string>; environment: Record<string, string>; secrets: string[] }
type Environment = Record<string, string | undefined>

const CONFIGS: Record<string, (env: Environment) => object> = { webhook, build, badge }

/** What the template and the watchdog read, and not the function. */
const PLATFORM = [
  'RAW_BODY',
  'MAX_RAW_SIZE',
  'exec_timeout',
  'read_timeout',
  'write_timeout',
  'healthcheck_interval',
  'grace_period',
]

/** What Node and the C library read. */
const RUNTIME = ['NODE_OPTIONS', 'MALLOC_ARENA_MAX', 'MALLOC_TRIM_THRESHOLD_']

/** The functions of stack.yml: its own small part of YAML, two spaces a level, one value a line. */
function readStack(): Map<string, Service> {
  const [, text = ''] = textOf('stack.yml').split(/^functions:$/m)
  const blocks = text.split(/^ {2}(?=\w)/m).slice(1)
  return new Map(
    blocks.map((block) => {
      const [, name = ''] = /^([\w-]+):\n/.exec(block) ?? []
      const [environment = '', secrets = ''] = ['environment', 'secrets'].map((key) => section(block, key))
      const words = [...secrets.matchAll(/^ {6}- ([\w-]+)$/gm)].map(([, secret = '']) => secret)
      return [name, { keys: pairs(block, 4), environment: pairs(environment, 6), secrets: words }]
    }),
  )
}

function section(block: string, key: string): string {
  return new RegExp(`^ {4}${key}:\\n((?: {6}.*\\n)*)`, 'm').exec(block)?.[1] ?? ''
}

function pairs(text: string, indent: number): Record<string, string> {
  const lines = text.matchAll(new RegExp(`^ {${indent}}(\\w+): +(.*)$`, 'gm'))
  return Object.fromEntries([...lines].map(([, key, value = '']) => [key, value.replace(/^"(.*)"$/, '$1')]))
}

/** The variables that a configuration looks at, and what it makes of them. */
function observe(readConfig: (env: Environment) => object, env: Environment) {
  const names = new Set<string>()
  const config = readConfig(
    new Proxy(env, { get: (all, name) => all[String(names.add(String(name)) && name)] }),
  )
  return { names: [...names].sort(), config }
}

/** The names of secrets in the files that a function reaches. */
function secretsOf(name: string): string[] {
  const reached = new Set<string>()
  const visit = (file: string) => {
    if (reached.has(file) || !file.endsWith('.ts')) return
    reached.add(file)
    for (const { what } of importsOf(textOf(file)).filter(({ what }) => what.startsWith('.')))
      visit(new URL(what, `file:///${file}`).pathname.slice(1))
  }
  for (const file of sourceFiles(`functions/${name}`)) visit(file)
  const uses = [...reached].flatMap((file) => [
    ...textOf(file).matchAll(/\b(?:need|find|rotating)\('([a-z-]+)'\)/g),
  ])
  return [...new Set(uses.map(([, secret]) => secret as string))].sort()
}

const stack = readStack()
const rules = suite('rules stack.yml')
rules('has the three functions', () => assert.equal([...stack.keys()], ['webhook', 'build', 'badge']))
for (const [name, { keys, environment, secrets }] of stack) {
  const { names } = observe(CONFIGS[name] as (typeof CONFIGS)[string], {})
  rules(`gives ${name} every variable that it reads, and no other`, () => {
    const given = Object.keys(environment).filter((variable) => ![...PLATFORM, ...RUNTIME].includes(variable))
    assert.equal(given.sort(), names)
  })
  rules(`gives ${name} the defaults`, () => {
    const readConfig = CONFIGS[name] as (typeof CONFIGS)[string]
    assert.equal(readConfig(environment), readConfig({}))
  })
  rules(`gives ${name} every secret that it reads, and no other`, () => {
    assert.equal([...secrets].sort(), secretsOf(name))
  })
  rules(`gives ${name} what the platform needs`, () => {
    for (const variable of PLATFORM) assert.ok(environment[variable], variable)
    assert.equal([keys.lang, keys.handler], ['node22', `./dist/${name}`])
    // Signatures are over the bytes as sent; a stock faasd cuts a call at 60 s (docs/decisions/0007).
    assert.is(environment.RAW_BODY, 'true')
    assert.ok(Number.parseInt(environment.exec_timeout ?? '', 10) < 60)
  })
}
rules.run()
