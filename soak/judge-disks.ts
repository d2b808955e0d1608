import { type Evidence, FAILS, type Made } from './judge.ts'

/** What a merge of type AMI that is built promises beside its image: a disk made of that image, and of no other. */
export function missingDisks({ records, images, disks }: Evidence, made: Made): string[] {
  const record = records.get(made.sha)
  if (record?.state !== 'built' || FAILS.includes(made.kind)) return []
  return made.services
    .filter(({ disk }) => disk)
    .flatMap(({ name, version }) => {
      const of = `the disk ${name}:${version}-ami of ${made.repository} ${made.sha}`
      const stands = disks.get(`${name}:${version}`)
      if (stands === undefined) return [`${of} is not in the registry`]
      if (stands.digest !== record.services.find((one) => one.name === name)?.disk)
        return [`${of} is not the digest of the record`]
      const image = images.get(`${name}:${version}`)?.digest
      return stands.image === image ? [] : [`${of} was made of ${stands.image}, and ${image} stands`]
    })
}

/** Disks that nobody has promised, as of a merge that failed. */
export function strayDisks({ disks, made }: Evidence): string[] {
  const planned = new Set(
    made
      .filter(({ kind }) => !FAILS.includes(kind))
      .flatMap(({ services }) => services)
      .filter(({ disk }) => disk)
      .map(({ name, version }) => `${name}:${version}`),
  )
  return [...disks.keys()]
    .filter((reference) => !planned.has(reference))
    .map((reference) => `${reference}-ami stands, and no merge that succeeds has promised it`)
}
