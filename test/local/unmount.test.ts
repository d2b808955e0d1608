import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { mountPoints } from '../../local/unmount.ts'

const points = suite('mountPoints')

points('gives what is at or below the folder, the newest first, blanks included', () => {
  const mountinfo = [
    '22 1 254:0 / / rw,relatime - ext4 /dev/vda rw',
    '90 22 254:0 /a /my\\040state/data rw - ext4 /dev/vda rw',
    '91 90 0:50 / /my\\040state/data/overlay2/x/merged rw - overlay overlay rw',
    '92 22 0:51 / /my\\040state2 rw - tmpfs tmpfs rw',
    '',
  ].join('\n')
  assert.equal(mountPoints(mountinfo, '/my state/data'), [
    '/my state/data/overlay2/x/merged',
    '/my state/data',
  ])
  assert.equal(mountPoints(mountinfo, '/my state/dat'), [])
})

points.run()
