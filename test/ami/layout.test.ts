import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { identityOf, layoutOf, loaderFiles, partitionTable } from '../../ami/layout.ts'

const IMAGE = `sha256:${'5e'.repeat(32)}`

const layout = suite('a disk')
layout('has the EFI system partition and the root, aligned, with room for both partition tables', () => {
  for (const gib of [1, 8, 64]) {
    const { sectors, esp, root } = layoutOf(gib)
    assert.is(sectors, gib * 2 ** 21)
    assert.equal(esp, { start: 2048, size: 81_920 })
    assert.is(root.start, esp.start + esp.size)
    assert.is(root.start + root.size + 2048, sectors)
  }
})
layout('takes its identifiers from the image: the same for ever, others for another image', () => {
  assert.equal(identityOf(IMAGE), identityOf(IMAGE))
  const ids = [...Object.values(identityOf(IMAGE)), ...Object.values(identityOf(`sha256:${'00'.repeat(32)}`))]
  assert.is(new Set(ids).size, 8)
  for (const id of ids)
    assert.match(id, /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
  assert.is(identityOf(IMAGE).root, '9db80a0a-1fb2-8777-ba31-d681292e7bb6')
})
layout('is found by both loaders by the same partition', () => {
  const id = identityOf(IMAGE)
  const files = loaderFiles(id)
  const table = partitionTable(layoutOf(8), id)
  assert.match(table, `uuid=${id.root}, name="root"`)
  assert.match(table, /attrs="LegacyBIOSBootable"/)
  const [uefi, bios] = ['loader/entries/ami.conf', 'syslinux/syslinux.cfg'].map(
    (name) => /(?:options|APPEND) (.*)/.exec(files[name] ?? '')?.[1],
  )
  assert.is(uefi, bios)
  assert.match(uefi ?? '', `root=PARTUUID=${id.root} `)
  assert.match(uefi ?? '', 'init=/.ami/init')
})
layout.run()
