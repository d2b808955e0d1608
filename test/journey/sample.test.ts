import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { dockerAt } from '../../local/docker.ts'
import { readSample } from '../../local/sample.ts'
import { type Journey, openJourney } from '../support/journey.ts'

const sample = suite('the sample')
let world: Journey
sample.before(async () => {
  world = await openJourney()
})
sample.after(() => world.close())

/** `docker pull` with the password, as another program on this machine would. */
async function pull(image: string): Promise<void> {
  const docker = dockerAt(world.engine.host)
  const auth = { username: world.secret('registry-user'), password: world.secret('registry-password') }
  const answer = await docker.pull(image, {
    authconfig: { ...auth, serveraddress: world.stack.registry.host },
  })
  let said = ''
  for await (const chunk of answer) said += String(chunk)
  assert.not.match(said, /"error"/)
}

/** The first answer of a container of the image, by HTTP. */
async function run(image: string): Promise<string> {
  const docker = dockerAt(world.engine.host)
  const container = await docker.createContainer({
    Image: image,
    Labels: { artefacto: 'test' },
    ExposedPorts: { '8080/tcp': {} },
    HostConfig: { PortBindings: { '8080/tcp': [{ HostIp: '127.0.0.1', HostPort: '' }] } },
  })
  try {
    await container.start()
    const { NetworkSettings } = await container.inspect()
    const port = NetworkSettings.Ports['8080/tcp']?.[0]?.HostPort
    return await world.until(`an answer of ${image}`, async () => {
      const answer = await fetch(`http://127.0.0.1:${port}/`).catch(() => undefined)
      return answer?.text()
    })
  } finally {
    await container.remove({ force: true })
  }
}

sample('is merged, built, pulled from the registry and answers', async () => {
  const { files } = await readSample(world.engine)
  const record = await world.merge(files)
  assert.is(record.state, 'built', record.reason)
  for (const { name, digest } of record.services) {
    await world.badge(name, '1.0.0')
    const image = `${world.stack.registry.host}/${name}@${digest}`
    await pull(image)
    assert.match(await run(image), name === 'api' ? /^\{/ : /<html/)
  }
})

sample.run()
