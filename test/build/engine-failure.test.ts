import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { buildFailure, pushFailure } from '../../functions/build/engine-failure.ts'
import type { FailureCode } from '../../functions/shared/failure.ts'

const OLD = 'failed to solve with frontend dockerfile.v0: failed to'
const HUB = 'registry.example'
const REF = '7rwf5y97vt3qxjefart17zyuq::46riyywj6v8fif7dfjs5vd0es'
const HEAD = `failed to do request: Head "https://${HUB}/v2/library/node/manifests/22":`
const META = `failed to solve: node:22: failed to resolve source metadata for ${HUB}/library/node:22:`
const STATUS = `unexpected status from HEAD request to https://${HUB}/v2/library/node/manifests/22:`

/** What engines 20.10 to 29 say when a build fails: run here, or as quoted in their issue trackers. */
const BUILDS: Record<string, [code: FailureCode, messages: string[]]> = {
  'a RUN that failed': [
    'build_failed',
    [
      'failed to solve: process "/bin/sh -c npm test" did not complete successfully: exit code: 1',
      'executor failed running [node -e process.exit(3)]: exit code: 3',
      'failed to solve: process "/bin/sh -c curl http://x/503; echo no such host" did not complete successfully: exit code: 6',
      'executor failed running [/bin/sh -c grep "no space left on device" log]: exit code: 1',
    ],
  ],
  'a secret that images.json does not name': [
    'build_failed',
    [
      'secret npm: not found',
      'failed to solve: secret npm: not found',
      'failed to solve: npm: secret npm not found',
    ],
  ],
  'a file that COPY does not find': [
    'build_failed',
    [
      `${OLD} build LLB: failed to compute cache key: "/nowhere" not found: not found`,
      `failed to solve: failed to compute cache key: failed to calculate checksum of ref ${REF}: "/deployment": not found`,
      `failed to solve: failed to compute cache key: failed to calculate checksum of ref moby::cyg61taxcu8c9skxxzv7qtf6i: "/.docker": not found`,
    ],
  ],
  'a Dockerfile that is wrong': [
    'build_failed',
    [
      `${OLD} create LLB definition: dockerfile parse error line 2: unknown instruction: RNU`,
      'failed to solve: dockerfile parse error on line 503: unknown instruction: RNU (did you mean RUN?)',
      `${OLD} create LLB definition: the Dockerfile cannot be empty`,
      `${OLD} create LLB definition: target stage nope could not be found`,
      'failed to solve: target stage "nope" could not be found',
    ],
  ],
  'a base image that is refused': [
    'base_refused',
    [
      `${META} ${HUB}/library/node:22: not found`,
      `failed to solve: app:502: failed to resolve source metadata for ${HUB}/library/app:502: ${HUB}/library/app:502: not found`,
      `failed to solve: builder: failed to resolve source metadata for ${HUB}/library/builder:latest: pull access denied, repository does not exist or may require authorization: server message: insufficient_scope: authorization failed`,
      `${META} ${STATUS} 401 Unauthorized`,
      `${META} failed to authorize: failed to fetch oauth token: unexpected status from GET request to https://auth.example/token?scope=x: 401 Unauthorized`,
      `${META} ${STATUS} 403 Forbidden`,
      `${OLD} create LLB definition: ${HUB}/library/nope:latest: not found`,
      `${OLD} create LLB definition: pull access denied, repository does not exist or may require authorization: authorization status: 401: authorization failed`,
    ],
  ],
  'a base image whose registry does not answer': [
    'base_unreachable',
    [
      `${META} ${STATUS} 429 Too Many Requests`,
      `failed to solve: node:22: pulling from host ${HUB} failed with status code [manifests 22]: 429 Too Many Requests`,
      `${META} toomanyrequests: You have reached your pull rate limit`,
      `${META} ${STATUS} 503 Service Unavailable`,
      `${META} failed to copy: httpReadSeeker: failed open: unexpected status code https://${HUB}/v2/library/node/blobs/sha256:d9: 500 Internal Server Error`,
      `${META} ${HEAD} dial tcp: lookup ${HUB} on 10.0.0.2:53: no such host`,
      `${META} ${HEAD} dial tcp: lookup ${HUB}: i/o timeout`,
      `${META} ${HEAD} dial tcp 192.0.2.1:443: connect: connection refused`,
      `${META} ${HEAD} net/http: TLS handshake timeout`,
      `${META} failed to copy: httpReadSeeker: failed open: ${HEAD} read tcp 172.17.0.3:42364->192.0.2.8:443: read: connection reset by peer`,
      `${OLD} create LLB definition: ${HEAD} dial tcp: lookup ${HUB}: Temporary failure in name resolution`,
    ],
  ],
  'an engine that could not': [
    'engine_error',
    [
      'failed to solve: failed to copy files: copy file range failed: no space left on device',
      'failed to solve: write /var/lib/docker/x: disk quota exceeded',
      'failed to solve: no active session for 1b4e28ba: context deadline exceeded',
      'failed to solve: Unavailable: connection closed',
      'failed to solve: context canceled',
      'rpc error: code = Unavailable desc = transport is closing',
    ],
  ],
}

const builds = suite('buildFailure')
for (const [title, [code, messages]] of Object.entries(BUILDS))
  builds(`knows ${title}`, () => {
    for (const message of messages) assert.is(buildFailure(message, '').code, code, message)
  })
builds('takes what it does not know for the repository', () => {
  assert.is(buildFailure('something new', '').code, 'build_failed')
})
builds('lays a full disk that a step met at the engine, not at the repository', () => {
  const message = 'executor failed running [npm ci]: exit code: 228'
  assert.is(
    buildFailure(message, '#5 npm ERR! ENOSPC: no space left on device, write\n').code,
    'engine_error',
  )
})
builds('says what to do where a program is for another processor', () => {
  const { code, message } = buildFailure(
    'executor failed running [/bin/sh -c apk add git]: exit code: 1',
    '#6 standard_init_linux.go:220: exec user process caused "exec format error"\n',
  )
  assert.is(code, 'build_failed')
  assert.match(
    message,
    /^exec format error: executor failed running .*; use FROM --platform=\$BUILDPLATFORM .*binfmt/,
  )
})
builds('says the first line, short, and without the chain in front of it', () => {
  const chain =
    'failed to solve with frontend dockerfile.v0: failed to solve: rpc error: code = Unknown desc = '
  assert.is(buildFailure(`${chain}it broke\nat line 2`, '').message, 'it broke')
  assert.is(buildFailure('x'.repeat(5_000), '').message.length, 300)
})
builds.run()

/** What a push ends with; the registry's words come last. */
const PUSHES: [code: FailureCode, message: string][] = [
  ['registry_error', 'unauthorized: authentication required'],
  ['registry_error', 'no basic auth credentials'],
  ['registry_error', `unknown: unexpected status from HEAD request to https://${HUB}/v2/x: 401 Unauthorized`],
  ['registry_error', 'push access denied, repository does not exist: authorization failed: no basic auth'],
  ['registry_error', `Get "https://${HUB}/v2/": x509: certificate signed by unknown authority`],
  ['registry_down', `Get "https://${HUB}/v2/": dial tcp 127.0.0.1:5000: connect: connection refused`],
  ['registry_down', 'received unexpected HTTP status: 500 Internal Server Error'],
  ['registry_down', 'An image does not exist locally with the tag: 127.0.0.1:5000/staging/web'],
]

const pushes = suite('pushFailure')
for (const [code, message] of PUSHES)
  pushes(`takes "${message.slice(0, 60)}" for ${code}`, () => {
    const failure = pushFailure(message)
    assert.equal([failure.code, failure.outcome], [code, 'error'])
    assert.is(failure.message, `the push to the registry failed: ${message}`)
  })
pushes.run()
