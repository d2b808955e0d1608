import { basename } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { recipeDigest, rootDigest } from '../../ami/recipe/digest.ts'
import { KERNEL, LEFT_OUT, readLock, WANTED } from '../../ami/recipe/packages.ts'

const lock = readLock()
const name = (path: string) => basename(path).split('_')[0] as string

const recipe = suite('the recipe of the service ami')
recipe('locks every package by its SHA-256', () => {
  for (const { archive, path, sha256, size } of [lock.kernel, ...lock.packages]) {
    assert.match(archive, /^debian(-security)?$/)
    assert.match(path, /^pool\/.*_(amd64|all)\.deb$/)
    assert.match(sha256, /^[0-9a-f]{64}$/)
    assert.ok(size > 0)
  }
})
recipe('has what is wanted, once, and nothing that is left out', () => {
  const names = lock.packages.map(({ path }) => name(path))
  assert.equal(
    WANTED.filter((wanted) => !names.includes(wanted)),
    [],
  )
  assert.is(new Set(names).size, names.length)
  assert.equal(
    names.filter((one) => LEFT_OUT.test(one)),
    [],
  )
  assert.match(name(lock.kernel.path), KERNEL)
})
recipe('has a digest, of all of it and of what the image is made of', () => {
  assert.match(recipeDigest(), /^sha256:[0-9a-f]{64}$/)
  assert.match(rootDigest(), /^sha256:[0-9a-f]{64}$/)
  assert.is.not(recipeDigest(), rootDigest())
})
recipe.run()
