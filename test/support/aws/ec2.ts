import { type Account, checkTags, type StoredImage, type StoredSnapshot, type Tags } from './account.ts'
import type { Reply } from './ebs.ts'
import { invalidParameter, Refusal } from './refusal.ts'

type Query = URLSearchParams

const ANSWERS: Record<string, (account: Account, query: Query) => string> = {
  DescribeSnapshots(account, query) {
    if (query.get('Owner.1') !== 'self') throw invalidParameter('ask for what is your own')
    return page(query, 'snapshotSet', account.look().filter(filterOf(query, snapshotValue)), snapshotXml)
  },

  DescribeImages(account, query) {
    if (query.get('Owner.1') !== 'self') throw invalidParameter('ask for what is your own')
    return page(query, 'imagesSet', account.lookAtImages().filter(filterOf(query, imageValue)), imageXml)
  },

  RegisterImage(account, query) {
    const input = Object.fromEntries(query)
    const mapping = 'BlockDeviceMapping.1.'
    const name = input.Name ?? ''
    if (!/^[A-Za-z0-9()[\] ./'@_-]{3,128}$/.test(name))
      throw new Refusal(400, 'InvalidAMIName.Malformed', name)
    if (input.DryRun === 'true')
      throw new Refusal(412, 'DryRunOperation', 'Request would have succeeded, but DryRun flag is set.')
    if ([...account.images.values()].some((image) => image.name === name && image.state !== 'deregistered'))
      throw new Refusal(400, 'InvalidAMIName.Duplicate', `AMI name ${name} is already in use`)
    const snapshot = account.snapshots.get(input[`${mapping}Ebs.SnapshotId`] ?? '')
    if (snapshot?.status !== 'completed')
      throw new Refusal(400, 'InvalidSnapshot.NotFound', 'no completed snapshot')
    if (input[`${mapping}DeviceName`] !== input.RootDeviceName)
      throw invalidParameter('the root is not mapped')
    if (input[`${mapping}Ebs.Encrypted`] !== undefined) throw invalidParameter('Encrypted with a snapshot')
    if (!['gp2', 'gp3'].includes(input[`${mapping}Ebs.VolumeType`] ?? ''))
      throw invalidParameter('VolumeType')
    // Without it AWS takes i386.
    if (input.Architecture !== 'x86_64') throw invalidParameter('Architecture')
    if (input.VirtualizationType !== 'hvm') throw invalidParameter('VirtualizationType')
    if (!['uefi', 'legacy-bios', 'uefi-preferred'].includes(input.BootMode ?? ''))
      throw invalidParameter('BootMode')
    if (input.ImdsSupport !== undefined && input.ImdsSupport !== 'v2.0') throw invalidParameter('ImdsSupport')
    if ((input.Description ?? '').length > 255) throw invalidParameter('Description')
    const resource = input['TagSpecification.1.ResourceType']
    if (resource !== undefined && resource !== 'image') throw invalidParameter('TagSpecification')
    const id = account.newId('ami')
    const tags = tagsIn(query, 'TagSpecification.1.Tag.')
    const state = 'pending' as const
    const lag = account.lag.image
    account.images.set(id, { id, name, state, snapshot: snapshot.id, tags, input, unseen: lag, pending: lag })
    return `<imageId>${id}</imageId>`
  },

  CreateTags(account, query) {
    const tags = tagsIn(query, 'Tag.')
    const things = listed(query, 'ResourceId.').map((id) => {
      const thing = account.snapshots.get(id) ?? account.images.get(id)
      if (thing) return thing
      const code = id.startsWith('ami-') ? 'InvalidAMIID.NotFound' : 'InvalidSnapshot.NotFound'
      throw new Refusal(400, code, `The ID '${id}' does not exist`)
    })
    for (const thing of things) Object.assign(thing.tags, tags)
    return '<return>true</return>'
  },

  DeregisterImage(account, query) {
    const id = query.get('ImageId') ?? ''
    const image = account.images.get(id)
    if (image === undefined)
      throw new Refusal(400, 'InvalidAMIID.NotFound', `The image id '[${id}]' does not exist`)
    if (image.state === 'deregistered')
      throw new Refusal(400, 'InvalidAMIID.Unavailable', `The image ID '${id}' is no longer available`)
    image.state = 'deregistered'
    return '<return>true</return>'
  },

  DeleteSnapshot(account, query) {
    account.remove(query.get('SnapshotId') ?? '')
    return '<return>true</return>'
  },
}

/** EC2's Query API: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/Query-Requests.html */
export function answerEc2(account: Account, action: string, query: Query): Reply {
  const answer = ANSWERS[action]
  if (answer === undefined) throw new Refusal(400, 'InvalidAction', `The action ${action} is not valid`)
  if (query.get('Version') !== '2016-11-15') throw invalidParameter('Version')
  const body = answer(account, query)
  const space = 'xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"'
  return xml(200, `<${action}Response ${space}><requestId>r</requestId>${body}</${action}Response>`)
}

export function refuseInXml({ status, code, message }: Refusal): Reply {
  const error = `<Error><Code>${escaped(code)}</Code><Message>${escaped(message)}</Message></Error>`
  return xml(status, `<Response><Errors>${error}</Errors><RequestID>r</RequestID></Response>`)
}

function xml(status: number, body: string): Reply {
  return {
    status,
    headers: { 'content-type': 'text/xml;charset=UTF-8' },
    body: `<?xml version="1.0" encoding="UTF-8"?>\n${body}`,
  }
}

function filterOf<T extends { tags: Tags }>(
  query: Query,
  value: (thing: T, name: string) => string | undefined,
) {
  const filters = [1, 2, 3, 4].flatMap((n) => {
    const name = query.get(`Filter.${n}.Name`)
    return name === null ? [] : [{ name, values: listed(query, `Filter.${n}.Value.`) }]
  })
  return (thing: T): boolean =>
    filters.every(({ name, values }) => {
      if (name === 'tag-key') return values.some((key) => thing.tags[key] !== undefined)
      const said = name.startsWith('tag:') ? thing.tags[name.slice(4)] : value(thing, name)
      return said !== undefined && values.includes(said)
    })
}

function snapshotValue({ id, status }: StoredSnapshot, name: string): string {
  if (name === 'snapshot-id') return id
  if (name === 'status') return status
  throw invalidParameter(`The filter '${name}' is invalid`)
}

function imageValue({ id, name, state }: StoredImage, filter: string): string {
  if (filter === 'image-id') return id
  if (filter === 'name') return name
  if (filter === 'state') return state
  throw invalidParameter(`The filter '${filter}' is invalid`)
}

/** EC2's pages are cut anywhere, even before the first thing: here after every second one. */
function page<T>(query: Query, set: string, things: T[], write: (thing: T) => string): string {
  const size = Number(query.get('MaxResults') ?? 1000)
  if (size < 5 || size > 1000) throw invalidParameter('MaxResults')
  const from = Number(query.get('NextToken') ?? 0)
  const items = things.slice(from, from + 2).map((thing) => `<item>${write(thing)}</item>`)
  const next = from + 2 < things.length ? `<nextToken>${from + 2}</nextToken>` : ''
  return `<${set}>${items.join('')}</${set}>${next}`
}

function snapshotXml({ id, status, message, gib, description, started, tags }: StoredSnapshot): string {
  const state = status === 'sealing' ? 'pending' : status
  const reason = message === undefined ? '' : `<statusMessage>${escaped(message)}</statusMessage>`
  const time = new Date(started).toISOString()
  return `<snapshotId>${id}</snapshotId><status>${state}</status>${reason}<startTime>${time}</startTime><volumeSize>${gib}</volumeSize><description>${escaped(description)}</description>${tagsXml(tags)}`
}

function imageXml({ id, name, state, snapshot, tags }: StoredImage): string {
  const mapping = `<blockDeviceMapping><item><deviceName>/dev/xvda</deviceName><ebs><snapshotId>${snapshot}</snapshotId></ebs></item></blockDeviceMapping>`
  return `<imageId>${id}</imageId><name>${escaped(name)}</name><imageState>${state}</imageState>${mapping}${tagsXml(tags)}`
}

function tagsXml(tags: Tags): string {
  const items = Object.entries(tags).map(
    ([key, value]) => `<item><key>${escaped(key)}</key><value>${escaped(value)}</value></item>`,
  )
  return `<tagSet>${items.join('')}</tagSet>`
}

function tagsIn(query: Query, prefix: string): Tags {
  const tags = []
  for (let n = 1; query.has(`${prefix}${n}.Key`); n += 1)
    tags.push({ Key: query.get(`${prefix}${n}.Key`) ?? '', Value: query.get(`${prefix}${n}.Value`) ?? '' })
  return checkTags(tags)
}

function listed(query: Query, prefix: string): string[] {
  const values: string[] = []
  for (let n = 1; query.has(`${prefix}${n}`); n += 1) values.push(query.get(`${prefix}${n}`) as string)
  return values
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (letter) => `&#${letter.charCodeAt(0)};`)
}
