import { gunzipSync, gzipSync } from 'node:zlib'
import type { BuildRecord } from '../functions/shared/build-record.ts'
import type { Journey } from '../test/support/journey.ts'

const BYTES = 10 * 1024 * 1024

/** Builds of api with a log of 10 MB each, and what it takes to read one, in ms. */
export async function openLongLog({ ledger, page }: Journey) {
  const bytes = gzipSync(text())
  const [newest] = await ledger.buildIds('api')
  const record = (await ledger.build('api', newest ?? '')) as BuildRecord
  const layer = { mediaType: 'x', digest: await ledger.putLog('api', bytes), size: bytes.length }
  let time = record.time
  let id = ''
  const open = async (query: string) => {
    const began = performance.now()
    const answer = await page(`api/builds/${id}${query}`)
    if (!(await answer.text()).includes('of the basket passes')) throw new Error('the page shows no log')
    return performance.now() - began
  }
  return {
    /** The page of a log that nobody has looked at. */
    async first(): Promise<number> {
      time += 1
      id = `${time}-${record.commit.slice(0, 12)}`
      await ledger.writeBuild({ ...record, id, time, logs: [layer] })
      return open('')
    },
    /** The page of the same log around another line. */
    window: () => open('?at=50000'),
    async byHand(): Promise<number> {
      const began = performance.now()
      gunzipSync(await ledger.log('api', layer)).toString()
      return performance.now() - began
    },
  }
}

function text(): string {
  let text = ''
  for (let index = 0; text.length < BYTES; index += 1)
    text += `#${index % 20} \u001b[32m✓\u001b[0m test ${index} of the basket passes in 12 ms\n`
  return text
}
