import { randomUUID } from 'node:crypto'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { type Grants, NO_GRANTS } from '../../functions/build/grants.ts'
import { failureOf } from '../support/failure-of.ts'
import { openPrivateRegistry, type PrivateRegistry } from '../support/private-registry.ts'
import { openTokenDoor } from '../support/token-door.ts'
import { building, NEVER, openStage, type Stage } from './engine-stage.ts'

let stage: Stage
let company: PrivateRegistry
let base: string
let pinned: string

/** Builds and gives the log. */
async function build(
  dockerfile: string,
  grants: Partial<Grants> = {},
  args = {},
  image = building({}).image,
): Promise<string> {
  let log = ''
  const what = building({ Dockerfile: dockerfile }, { grants: { ...NO_GRANTS, ...grants }, args, image })
  await stage.engine.build(what, (text) => (log += text), NEVER)
  return log
}
const refused = async (...what: Parameters<typeof build>) => {
  const { code, message } = await failureOf(() => build(...what))
  return [code, message] as const
}
const open = () => ({ logins: new Map([[company.host, company.login]]) })
const closed = () => ({ closed: [company.host] })
/** A Dockerfile that no build before had: nothing of it comes from a cache but its base. */
const of = (from: string) => `${from}\nLABEL round=${randomUUID()}\n`

const bases = suite('a private base image')
bases.before(async () => {
  stage = await openStage()
  company = await openPrivateRegistry()
  const repository = `${company.host}/company/base`
  base = `${repository}:1`
  const what = building({ Dockerfile: `FROM scratch\nCOPY Dockerfile /base\n` }, { image: base })
  await stage.engine.build(what, () => {}, NEVER)
  pinned = `${repository}@${await stage.engine.push(repository, '1', company.login, NEVER)}`
  await stage.engine.remove(base)
})
bases.after(async () => {
  await stage.engine.remove(building({}).image)
  await company.close()
  await stage.end()
})

bases('is refused to a build without a password', async () => {
  const [code, message] = await refused(of(`FROM ${base}`))
  assert.is(code, 'base_refused', message)
})
bases('is there for the build that has the password', async () => {
  await build(of(`FROM ${base}`), open())
  assert.ok(company.asked().some((line) => / 200$/.test(line)))
})

const TAGGED: Record<string, () => string> = {
  'in FROM': () => `FROM ${base}`,
  'in COPY --from': () => `FROM scratch\nCOPY --from=${base} /base /stolen`,
  'in RUN --mount': () => `FROM scratch\nRUN --mount=from=${base},target=/x ["/x"]`,
}
for (const [way, dockerfile] of Object.entries(TAGGED))
  bases(
    `is refused to another build ${way}, although the engine has it as if it were pulled by hand`,
    async () => {
      await build(`FROM ${base}`, open(), {}, base)
      const [code, message] = await refused(of(dockerfile()), closed())
      assert.is(code, 'base_refused', message)
      assert.match(message, /401 Unauthorized/)
    },
  )
const WAYS: Record<string, () => [from: string, args?: Record<string, string>]> = {
  'in FROM': () => [`FROM ${pinned}`],
  'in an ARG': () => ['ARG ONE\nARG TWO\nFROM $ONE$TWO', { ONE: pinned.slice(0, 5), TWO: pinned.slice(5) }],
  'under another port': () => [`FROM ${pinned.replace(/:\d+\//, ':1/')}`],
  'with a tag': () => [`FROM ${pinned.replace('@', ':1@')}`],
  'in COPY --from': () => [`FROM scratch\nCOPY --from=${pinned} /base /stolen`],
  'in RUN --mount': () => [`FROM scratch\nRUN --mount=from=${pinned},target=/x ["/x"]`],
  'as a syntax': () => [`# syntax=${pinned}\nFROM scratch`],
}
for (const [way, dockerfile] of Object.entries(WAYS))
  bases(`is refused to it by its digest ${way}`, async () => {
    const [from, args] = dockerfile()
    const [code, message] = await refused(of(from), closed(), args)
    assert.is(code, 'base_refused', message)
    assert.match(message, /this repository may not use the password/)
  })
bases('is asked for once in each build, whether or not a host is closed to that', async () => {
  await stage.engine.remove(base)
  for (const more of [{}, { closed: ['registry.example'] }]) {
    const before = company.asked().length
    await build(of(`FROM ${base}`), { ...open(), ...more })
    const found = company.asked().slice(before)
    assert.equal(
      found.filter((line) => / 200$/.test(line)),
      ['"HEAD /v2/company/base/manifests/1 HTTP/1.1" 200'],
    )
  }
})
bases(
  'is asked for by a token where the registry has a token service, with the password and without',
  async () => {
    const door = await openTokenDoor(company)
    const from = `FROM ${base.replace(company.host, door.host)}`
    const { username, password } = company.login
    await build(of(from), { logins: new Map([[door.host, { username, password }]]) })
    assert.ok(door.granted.includes(true))
    door.granted.splice(0)
    const [code, message] = await refused(of(from), { closed: [door.host] })
    assert.is(code, 'base_refused', message)
    assert.equal(door.granted.filter(Boolean), [])
    door.close()
  },
)
bases.run()
