import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { allowed, exactNames } from '../../functions/shared/repositories.ts'

const TABLE: [string, string[], string, boolean][] = [
  ['lets any in where the list is empty', [], 'acme/shop', true],
  ['lets an exact name in', ['acme/shop'], 'acme/shop', true],
  ['finds a name at the end of the list', ['a/b', 'acme/shop'], 'acme/shop', true],
  ['takes names without regard to case', ['Acme/Shop'], 'aCME/sHOP', true],
  ['lets every repository of an owner in', ['acme/*'], 'acme/shop', true],
  ['takes owners without regard to case', ['ACME/*'], 'acme/shop', true],
  ['refuses another repository', ['acme/shop'], 'acme/shop2', false],
  ['refuses a repository of that name elsewhere', ['acme/shop'], 'evil/shop', false],
  ['refuses an owner whose name begins so', ['acme/*'], 'acme-evil/shop', false],
  ['refuses an owner whose name ends so', ['acme/*'], 'evil-acme/shop', false],
  ['does not take a star inside a name for a pattern', ['acme/sh*'], 'acme/shop', false],
  ['does not take a star alone for a pattern', ['*'], 'acme/shop', false],
  ['does not take a star for any owner', ['*/*'], 'acme/shop', false],
  ['does not take a point for any letter', ['acme/s.op'], 'acme/shop', false],
]
const allowing = suite('allowed')
for (const [title, list, name, expected] of TABLE)
  allowing(title, () => assert.is(allowed(list, name), expected))
allowing.run()

const exact = suite('exactNames')
exact('leaves patterns out', () =>
  assert.equal(exactNames(['acme/*', 'acme/shop', 'b/c']), ['acme/shop', 'b/c']),
)
exact('gives none for an empty list', () => assert.equal(exactNames([]), []))
exact.run()
