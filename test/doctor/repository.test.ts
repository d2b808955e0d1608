import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { readConfig } from '../../functions/build/config.ts'
import { checkRepository } from '../../functions/build/doctor/repository.ts'
import type { Workshop } from '../../functions/build/workshop.ts'

/** What the doctor says of acme/shop at a GitHub that shows it with these branches. */
async function look(branch: string, there: string[]) {
  const shop = {
    config: readConfig({ branch }),
    access: { app: undefined, credential: async () => ({ by: 'token' }) },
  } as unknown as Workshop
  const paths = ['/repos/acme/shop', ...there.map((name) => `/repos/acme/shop/branches/${name}`)]
  const get = async (path: string) =>
    paths.includes(path) ? { status: 200, headers: {}, data: '{"full_name":"acme/shop"}' } : undefined
  const { state, says, mend } = await checkRepository(shop, get as never, 'acme/shop')
  return { state, says, mend }
}

const branches = suite('the doctor on the branches of a repository')
branches('finds them all, by their names', async () => {
  const one = await look('develop', ['develop'])
  assert.equal([one.state, one.says], ['ok', 'GitHub shows it and its branch develop'])
  const two = await look('develop release/1.x', ['develop', 'release/1.x'])
  assert.equal([two.state, two.says], ['ok', 'GitHub shows it and its branch develop and release/1.x'])
})
branches('says which one is not there', async () => {
  const { state, says, mend } = await look('develop release/1.x', ['develop'])
  assert.equal([state, says], ['failed', 'it has no branch release/1.x'])
  assert.match(String(mend), 'git push origin HEAD:release/1.x')
})
branches.run()
