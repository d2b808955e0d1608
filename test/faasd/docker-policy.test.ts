import { suite } from 'uvu'
import { openRecorded, type Recorded } from './docker-recorded.ts'
import { request } from './docker-stage.ts'

let recorded: Recorded
const IMAGE = '127.0.0.1:5000/staging/web'
const TAG = '0123456789abcdef0123456789abcdef01234567'

const policy = suite('the Docker policy proxy refuses')

policy.before(async () => {
  recorded = await openRecorded()
})

policy.after(() => recorded.end())

const REFUSED_TARGETS: Record<string, string[]> = {
  containers: [
    'POST /containers/create',
    'POST /containers/create?name=x',
    'GET /containers/json',
    'POST /containers/x/start',
    'POST /containers/x/exec',
    'POST /containers/x/attach?stream=1',
    'PUT /containers/x/archive?path=/',
    'DELETE /containers/x',
    'POST /containers/prune',
  ],
  exec: ['POST /exec/x/start', 'GET /exec/x/json'],
  'volumes, networks, plugins and the swarm': [
    'POST /volumes/create',
    'DELETE /volumes/x',
    'POST /networks/create',
    'POST /networks/x/connect',
    'POST /plugins/pull?remote=x',
    'POST /plugins/x/enable',
    'POST /swarm/init',
    'GET /swarm',
    'POST /services/create',
    'GET /nodes',
    'GET /tasks',
    'POST /secrets/create',
    'POST /configs/create',
    'GET /distribution/x/json',
  ],
  'the system': ['POST /auth', 'GET /events', 'GET /system/df', 'POST /system/prune', 'POST /grpc', 'GET /'],
  'other calls on images': [
    'GET /images/json',
    'POST /images/create?fromImage=x',
    'POST /images/load',
    'POST /images/prune',
    'GET /images/search?term=x',
    'GET /images/get?names=x',
    'GET /images/x/history',
    'POST /commit?container=x',
    'POST /build/prune',
    'POST /build/prune?all=1',
    'POST /build/prune?keep-storage=0&reserved-space=0',
    'POST /build/prune?keep-storage=1&reserved-space=2',
    'POST /build/prune?keep-storage=1&reserved-space=1&all=1',
    'POST /build/prune?keep-storage=1&reserved-space=1&filters=%7B%7D',
    'POST /build/prune?keep-storage=1',
    'GET /build/prune?keep-storage=1&reserved-space=1',
    'POST /build/cancel?id=x',
    'GET /images//json',
    'DELETE /images/',
    'POST /images/x',
    'PUT /images/x',
    'GET /images/x',
    'DELETE /images/x/',
    'POST /images/push?tag=x',
  ],
  'queries that nobody needs': [
    'GET /_ping?x',
    'GET /version?',
    'GET /info?x=1',
    'POST /session?x=1',
    `GET /images/${IMAGE}/json?manifests=1`,
    `GET /images/${IMAGE}/get?platform=x`,
    `DELETE /images/${IMAGE}?force=1`,
    `DELETE /images/${IMAGE}?`,
    `POST /images/${IMAGE}/push`,
    `POST /images/${IMAGE}/push?`,
    `POST /images/${IMAGE}/push?tag=`,
    `POST /images/${IMAGE}/push?tag=a&tag=b`,
    `POST /images/${IMAGE}/push?%74ag=a`,
    `POST /images/${IMAGE}/push?tag=%61`,
    `POST /images/${IMAGE}/push?TAG=a`,
    `POST /images/${IMAGE}/push?tag=a&platform=x`,
    `POST /images/${IMAGE}/push?tag=a;x`,
    `POST /images/${IMAGE}/push?tag=a&`,
    `POST /images/${IMAGE}/tag`,
    `POST /images/${IMAGE}/tag?tag=a`,
    `POST /images/${IMAGE}/tag?repo=a&repo=b`,
    `POST /images/${IMAGE}/tag?repo=a&tag=b&tag=c`,
    `POST /images/${IMAGE}/tag?%72epo=a`,
    `POST /images/${IMAGE}/tag?repo=%61`,
    `POST /images/${IMAGE}/tag?repo=a&force=1`,
    `POST /images/${IMAGE}/tag?repo=a&&tag=b`,
  ],
  'ways around a rule': [
    'GET /v1.41/_ping',
    'POST /v1.41/containers/create',
    'GET /v1.41/images/x/json',
    'GET //_ping',
    'GET /_ping/',
    'GET /_ping/../containers/json',
    'GET /images/../containers/json',
    'GET /images/x/../../containers/x/json',
    'GET /images/./x/json',
    'GET /images/x//json',
    'GET /images/.x/json',
    'GET /images/x/%2e%2e/json',
    'GET /images/x%2fjson/json',
    'GET /images/x%00/json',
    'GET /%5fping',
    'GET /_ping%2f',
    'GET /_ping;x',
    'GET /_ping%20',
    'GET /_PING',
    'GET /images/x+y/json',
    'GET /images/x;y/json',
    "GET /images/x'y/json",
    'GET /images/x\\y/json',
    'GET http://artefacto-docker/_ping',
    'GET http://artefacto-docker/containers/json',
    'GET HTTP://x/_ping',
    'GET _ping',
    'OPTIONS *',
    'CONNECT artefacto-docker:2375',
    'CONNECT /_ping',
  ],
  'other methods': [
    'POST /_ping',
    'DELETE /_ping',
    'OPTIONS /_ping',
    'TRACE /_ping',
    'get /_ping',
    'GETX /_ping',
    'POST /version',
    'HEAD /version',
    'HEAD /info',
    `HEAD /images/${IMAGE}/json`,
    `POST /images/${IMAGE}/json`,
    `GET /images/${IMAGE}/push?tag=a`,
    `PUT /images/${IMAGE}/tag?repo=a`,
    'GET /session',
  ],
}

for (const [title, lines] of Object.entries(REFUSED_TARGETS))
  policy(title, () =>
    recorded.refuses(
      lines.map((line) => request(line)),
      [403, 400],
    ),
  )

policy('a form as the body of any call', () => {
  const push = `POST /images/${IMAGE}/push?tag=${TAG}`
  const types = ['application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', 'text/plain']
  return recorded.refuses(types.map((type) => request(push, { 'Content-Type': type }, 'tag=other')))
})

policy.run()
