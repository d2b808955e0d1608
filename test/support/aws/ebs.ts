import { type Account, checkTags } from './account.ts'
import { invalid, Refusal } from './refusal.ts'
import type { Signed } from './signature.ts'

export type Reply = { status: number; headers?: Record<string, string>; body?: string }

/** Which of the EBS direct APIs a request is for: https://docs.aws.amazon.com/ebs/latest/APIReference/API_Operations.html */
export function ebsAction({ method, url }: Pick<Signed, 'method' | 'url'>): string | undefined {
  const { pathname } = new URL(url, 'http://aws')
  if (method === 'POST' && pathname === '/snapshots') return 'StartSnapshot'
  if (method === 'PUT' && /^\/snapshots\/[^/]+\/blocks\/\d+$/.test(pathname)) return 'PutSnapshotBlock'
  if (method === 'POST' && /^\/snapshots\/completion\/[^/]+$/.test(pathname)) return 'CompleteSnapshot'
  return undefined
}

const ANSWERS: Record<string, (account: Account, request: Signed) => Reply> = {
  StartSnapshot(account, { body }) {
    const input = JSON.parse(body.toString()) as {
      VolumeSize?: number
      Description?: string
      Tags?: { Key?: string; Value?: string }[]
      ClientToken?: string
      Timeout?: number
    }
    const {
      VolumeSize: gib = 0,
      Description: description = '',
      Tags = [],
      ClientToken: token,
      Timeout = 60,
    } = input
    if (!Number.isInteger(gib) || gib < 1 || gib > 65_536) throw invalid('VolumeSize')
    if (description.length > 255) throw invalid('Description')
    if (token !== undefined && (token.length > 255 || !/^\S+$/.test(token))) throw invalid('ClientToken')
    if (Timeout < 10 || Timeout > 4320) throw invalid('Timeout')
    const snapshot = account.start({ gib, description, tags: checkTags(Tags), token })
    const answer = {
      SnapshotId: snapshot.id,
      Status: 'pending',
      OwnerId: '123456789012',
      StartTime: snapshot.started / 1000,
      VolumeSize: gib,
      BlockSize: 524_288,
      Description: description,
      Tags,
    }
    return { status: 201, body: JSON.stringify(answer) }
  },

  PutSnapshotBlock(account, { url, headers, body }) {
    const [, , id = '', , index] = new URL(url, 'http://aws').pathname.split('/')
    if (headers['x-amz-checksum-algorithm'] !== 'SHA256') throw invalid('x-amz-Checksum-Algorithm')
    if (Number(headers['x-amz-data-length']) !== body.length) throw invalid('x-amz-Data-Length')
    const checksum = String(headers['x-amz-checksum'])
    account.put(id, Number(index), body, checksum)
    return { status: 201, headers: { 'x-amz-Checksum': checksum, 'x-amz-Checksum-Algorithm': 'SHA256' } }
  },

  CompleteSnapshot(account, { url, headers }) {
    const id = new URL(url, 'http://aws').pathname.split('/').at(-1) as string
    const count = headers['x-amz-changedblockscount']
    if (count === undefined || !/^\d+$/.test(String(count))) throw invalid('x-amz-ChangedBlocksCount')
    const checksum = headers['x-amz-checksum'] as string | undefined
    const ways = [headers['x-amz-checksum-algorithm'], headers['x-amz-checksum-aggregation-method']]
    if (checksum !== undefined && ways.join() !== 'SHA256,LINEAR') throw invalid('x-amz-Checksum')
    account.complete(id, Number(count), checksum)
    return { status: 202, body: JSON.stringify({ Status: 'pending' }) }
  },
}

export function answerEbs(account: Account, action: string, request: Signed): Reply {
  const answer = ANSWERS[action]
  if (answer === undefined) throw new Refusal(404, 'UnknownOperationException', action)
  return answer(account, request)
}

/** A refusal in the form of a REST service that speaks JSON. */
export function refuseInJson({ status, code, message }: Refusal): Reply {
  const headers = { 'x-amzn-ErrorType': code }
  return { status, headers, body: JSON.stringify({ Message: message, Reason: code }) }
}
