import { suite } from 'uvu'
import { build, coded, GOOD, good } from './docker-good-build.ts'
import { openRecorded, type Recorded } from './docker-recorded.ts'

/** All that dockerd 20.10 to 29 reads beside those, with a value that would do something. */
const FORBIDDEN: Record<string, string> = {
  remote: 'http://127.0.0.1/x',
  networkmode: 'host',
  outputs: '[{"Type":"local"}]',
  extrahosts: 'registry:10.0.0.1',
  securityopt: 'seccomp=unconfined',
  cachefrom: '["a"]',
  buildid: 'x',
  cgroupparent: 'x',
  platform: 'linux',
  isolation: 'process',
  ulimits: '[]',
  shmsize: '1',
  squash: '1',
  nocache: '1',
  rm: '0',
  forcerm: '0',
  q: '1',
  memory: '1',
  memswap: '1',
  cpushares: '1',
  cpuperiod: '1',
  cpuquota: '1',
  cpusetcpus: '0',
  cpusetmems: '0',
}

const GOOD_PARTS = good.split('&')

let recorded: Recorded
const refuses = (queries: string[]) => recorded.refuses(queries.map((query) => build(query)))

const building = suite('the names in the query of a build')

building.before(async () => {
  recorded = await openRecorded()
})

building.after(() => recorded.end())

for (const [name, value] of Object.entries(FORBIDDEN)) {
  const plain = `${name}=${encodeURIComponent(value)}`
  building(`refuses ${name}, in whatever way it is written`, () =>
    refuses([
      `${good}&${plain}`,
      `${plain}&${good}`,
      plain,
      `${good}&${coded(name)}=${encodeURIComponent(value)}`,
      `${good}&${name}=${coded(value)}`,
      `${good}&${plain}&${plain}`,
      `${good}&${name}`,
      `${good}&${name}=`,
      `${good}&${name.toUpperCase()}=x`,
      `${good};${plain}`,
      `${good}&&${plain}`,
      `${good}?${plain}`,
      `${good}&t[]=x&${plain}`,
      `&${plain}`,
      `${good}%26${plain}`,
      `${good}&+${plain}`,
    ]),
  )
}

building('refuses every network but none and default', () =>
  refuses(
    [
      ...['', 'bridge', 'host', 'HOST', 'None', 'none%20', 'none,host', 'container:x', 'nonehost', 'defaul'],
      ...['%68ost', '%6eone', 'default%00', 'none+'],
    ].map((mode) => `${good}&networkmode=${mode}`),
  ),
)

building('refuses every context but the one that comes by the session', () => {
  const others = GOOD_PARTS.filter((part) => !part.startsWith('remote='))
  return refuses(
    [
      ...['', 'client-sessio', 'client-session2', 'Client-session', 'client-session%20', 'client-session,x'],
      ...[
        'http%3A%2F%2F127.0.0.1%2Fx',
        'http://127.0.0.1/x',
        'git@x:y',
        'client-session%00',
        '%63lient-session',
      ],
    ].map((remote) => [...others, `remote=${remote}`].join('&')),
  )
})

building('refuses a second network, even the same', () =>
  refuses([
    `networkmode=none&${good}&networkmode=none`,
    `networkmode=none&${good}&networkmode=default`,
    `networkmode=none&networkmode=host`,
    `networkmode=none&%6eetworkmode=host`,
  ]),
)

for (const [name, value] of Object.entries(GOOD))
  building(`refuses ${name} twice, encoded or in capitals`, () =>
    refuses([
      `${good}&${name}=${value}`,
      `${name}=${value}&${name}=${value}`,
      `${good}&${name}=`,
      `${name}=${value}&${good}`,
      `${coded(name)}=${value}`,
      `${good}&${coded(name)}=${value}`,
      `${name.toUpperCase()}=${value}`,
      `${name}[]=${value}`,
      `${name}`,
    ]),
  )

building.run()
