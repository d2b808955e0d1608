import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'
import type { BuildRecord } from '../shared/build-record.ts'
import type { Ledger } from '../shared/ledger.ts'
import * as words from './words.ts'

/** Text of all attempts of a build, in bytes. */
const TEXT_LIMIT = 64 * 1024 * 1024

/** The logs of a build's attempts that ended, oldest first, one after the other: each may be large. */
export async function* endedLogs(ledger: Ledger, { service, logs }: BuildRecord): AsyncGenerator<Buffer> {
  let room = TEXT_LIMIT
  for (const layer of logs) {
    const bytes = await unpack(await ledger.log(service, layer), room)
    room -= bytes.length
    yield bytes
  }
}

/** A small file can inflate to anything. */
async function unpack(bytes: Buffer, room: number): Promise<Buffer> {
  try {
    return await promisify(gunzip)(bytes, { maxOutputLength: Math.max(room, 1) })
  } catch (error) {
    return Buffer.from(`${words.partBroken((error as Error).message)}\n`)
  }
}
