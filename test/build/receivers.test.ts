import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { receiversIn } from '../../functions/build/receivers.ts'
import type { Secrets } from '../../functions/shared/secrets.ts'

const read = (text: string | undefined) => receiversIn({ find: async () => text } as unknown as Secrets)

const receivers = suite('receiversIn')
receivers('are none where there is no secret', async () => {
  assert.equal(await read(undefined), { receivers: [], wrong: [] })
})
receivers('are one a line, named by host and line alone', async () => {
  const slack = 'https://hooks.slack.com/services/T0/B0/x'
  const own = 'http://ada:pass@10.0.0.7:9000/told?key=y'
  assert.equal(await read(`${slack}\r\n\n  ${own}\n`), {
    receivers: [
      { url: slack, name: 'hooks.slack.com (line 1 of notify-urls)' },
      { url: own, name: '10.0.0.7:9000 (line 3 of notify-urls)' },
    ],
    wrong: [],
  })
})
receivers('are not what is no http or https URL', async () => {
  const { receivers, wrong } = await read(
    'hooks.slack.com/x\nfile:///etc/passwd\nhttps://\nhttps://good.example/\n',
  )
  assert.equal(wrong, [1, 2, 3])
  assert.equal(
    receivers.map(({ url }) => url),
    ['https://good.example/'],
  )
})
receivers.run()
