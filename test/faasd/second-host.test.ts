import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { blocks, pageAt } from '../readme/markdown.ts'
import { ADDRESSES, type OtherComputer, otherComputer, type Said, whatIsMissing } from './other-computer.ts'
import { type PullBox, pullBox } from './pull-box.ts'
import { putSmallImage } from './small-image.ts'

const NAME = 'registry.example.org:5443'
const HOST = 'registry.example.org'
const LONG = "$(head --bytes 70000 /dev/zero | tr '\\0' x)"

const missing = whatIsMissing()
if (missing !== undefined && process.env.CI_RUN) throw new Error(`CI lacks ${missing}`)

/** The box with registry and front proxy here, the computer that pulls in a namespace of its own. */
const second = suite('another computer')
const pulls = missing === undefined ? second : second.skip
if (missing !== undefined)
  second('cannot be made up here', () => console.log(`skipped: the other computer needs ${missing}`))
let folder: string
let box: PullBox
let there: OtherComputer
let digest: string
const ends: (() => Promise<void>)[] = []
second.before(async () => {
  if (missing !== undefined) return
  folder = mkdtempSync(join(tmpdir(), 'af-'))
  there = await otherComputer(folder, [HOST, 'wrong.example.org'])
  ends.push(() => there.stop())
  box = await pullBox(`${ADDRESSES[0]}:5443`, [HOST])
  ends.push(() => box.stop())
  digest = await putSmallImage(box.registry, 'web', '1.0.0', 'pulled and run')
  for (const repository of ['staging/web', 'builds/web', 'merges/1'])
    await putSmallImage(box.registry, repository, 'newest', 'not for others')
  writeFileSync(join(folder, 'ca.crt'), box.given.ca)
  writeFileSync(join(folder, 'pull-password'), `${box.given.password}\n`, { mode: 0o600 })
})
second.after(async () => {
  for (const end of ends.splice(0).reverse()) await end()
  if (folder) rmSync(folder, { recursive: true, force: true })
})

/** The shell blocks of docs/pull.md below a heading, as root types them in the folder with both files. */
function below(heading: string): string {
  const found = blocks(pageAt('docs/pull.md')).filter((block) => block.heading === heading)
  assert.ok(found.length > 0, heading)
  return found.map(({ text }) => text.replaceAll('sudo ', '')).join('\n')
}

const sh = (script: string): Promise<Said> =>
  there.sh(`name=${NAME} creds="pull:$(cat pull-password)" digest=${digest}\n${script}`)
async function succeeds(script: string): Promise<string> {
  const { code, output } = await sh(script)
  assert.is(code, 0, output)
  return output
}
async function fails(script: string, words: RegExp): Promise<void> {
  const { code, output } = await sh(script)
  assert.is.not(code, 0, output)
  assert.match(output, words)
}
/** status and body of a request with the CA and, unless told otherwise, the pull account */
const curl = (path: string, more = '', creds = '$creds') =>
  succeeds(`curl -sS -w '\\n%{http_code}' --cacert ca.crt --user "${creds}" ${more} "https://$name${path}"`)
const skopeo = 'skopeo --command-timeout 20s'

pulls('is refused without the CA: by itself, before it sends the password', async () => {
  await fails(`${skopeo} copy --src-creds "$creds" docker://$name/web@$digest dir:no-ca`, /x509/)
  await fails('docker login "$name" --username pull --password-stdin < pull-password', /x509/)
})
pulls('does what docs/pull.md says with Docker: login, pull by version and by digest, run', async () => {
  const output = await succeeds(below('Docker'))
  assert.match(output, /Login Succeeded/)
  assert.match(output, new RegExp(`Digest: ${digest}`))
  assert.match(output, /pulled and run/)
})
pulls('does what docs/pull.md says without Docker', async () => {
  await succeeds(below('Without Docker'))
  assert.ok(readdirSync(join(folder, 'web')).includes('manifest.json'))
})
pulls('is refused by another name than the certificate has', async () => {
  await fails(
    `${skopeo} inspect --cert-dir ca --creds "$creds" docker://wrong.example.org:5443/web:1.0.0`,
    /x509/,
  )
})

const STRANGERS: [who: string, creds: () => string][] = [
  ['a wrong password', () => 'pull:guessed'],
  ['another name', () => `puller:${box.given.password}`],
  ["the registry's own account", () => box.own],
  ['an empty password', () => 'pull:'],
]
for (const [who, creds] of STRANGERS)
  pulls(`gets 401 with ${who}`, async () => {
    assert.match(await curl('/v2/', '', creds()), /UNAUTHORIZED[\s\S]*\n401$/)
    assert.match(await curl('/v2/web/manifests/1.0.0', '', creds()), /UNAUTHORIZED[\s\S]*\n401$/)
    await fails(
      `${skopeo} inspect --cert-dir ca --creds '${creds()}' docker://$name/web:1.0.0`,
      /unauthorized|invalid username/i,
    )
  })
pulls('gets 401 without a password', async () => {
  const asked = await succeeds('curl -sSi --cacert ca.crt https://$name/v2/web/manifests/1.0.0')
  assert.match(asked, /^HTTP\/1\.1 401 [\s\S]*www-authenticate: Basic realm="artefacto"/i)
  await fails(
    `${skopeo} copy --src-cert-dir ca --src-no-creds docker://$name/web@$digest dir:none`,
    /unauthorized|authentication/i,
  )
})

const DENIED: [method: string, path: string][] = [
  ['GET', '/v2/_catalog'],
  ['GET', '/v2/web/tags/list'],
  ['GET', '/v2/staging/web/tags/list'],
  ['GET', '/v2/staging/web/manifests/newest'],
  ['GET', '/v2/builds/web/manifests/newest'],
  ['GET', '/v2/merges/1/manifests/newest'],
  ['HEAD', '/v2/builds/web/manifests/newest'],
  ['GET', '/v2/builds%2Fweb/manifests/newest'],
  ['GET', '/v2/web/../builds/web/manifests/newest'],
  ['GET', '/v2/web%2F..%2Fbuilds%2Fweb/manifests/newest'],
  ['GET', '/v2//builds/web/manifests/newest'],
  ['GET', '/v2/web/blobs/uploads/'],
  ['GET', '/v2'],
  ['GET', '/'],
  ['GET', '/debug/pprof/'],
  ['POST', '/v2/web/blobs/uploads/'],
  ['POST', '/v2/'],
  ['PUT', '/v2/web/manifests/2.0.0'],
  ['PATCH', '/v2/web/blobs/uploads/x'],
  ['DELETE', '/v2/web/manifests/1.0.0'],
  ['OPTIONS', '/v2/'],
]
for (const [method, path] of DENIED)
  pulls(`is refused ${method} ${path}`, async () => {
    const request = `-X ${method} --path-as-is ${method === 'HEAD' ? '--head' : ''}`
    assert.match(await curl(path, request), /\n403$/)
  })
pulls('reads what it may, by tag and digest, whole or from a place on', async () => {
  for (const reference of ['1.0.0', digest])
    assert.match(
      await curl(
        `/v2/web/manifests/${reference}`,
        '-H "Accept: application/vnd.docker.distribution.manifest.v2+json"',
      ),
      /rootfs\.diff\.tar\.gzip[\s\S]*\n200$/,
    )
  const manifest = await box.registry.manifest('web', digest)
  const { config } = JSON.parse(manifest?.bytes.toString() ?? '') as { config: { digest: string } }
  assert.match(await curl(`/v2/web/blobs/${config.digest}`), /"Cmd"[\s\S]*\n200$/)
  assert.match(await curl(`/v2/web/blobs/${config.digest}`, '-r 2-13'), /^architecture\n206$/)
  assert.match(await curl('/v2/web/manifests/9.9.9'), /MANIFEST_UNKNOWN[\s\S]*\n404$/)
})
pulls('cannot push or delete, and everything still stands', async () => {
  const web = `${skopeo} copy --dest-cert-dir ca --dest-creds "$creds" dir:web docker://$name`
  await fails(`${web}/web:2.0.0`, /denied/i)
  await fails(`${web}/mine:1`, /denied/i)
  await fails(`docker tag "$name/web:1.0.0" "$name/web:3.0.0"; docker push "$name/web:3.0.0"`, /denied/i)
  await fails(`${skopeo} delete --cert-dir ca --creds "$creds" docker://$name/web:1.0.0`, /denied|403/i)
  assert.equal(await box.registry.tags('web'), ['1.0.0'])
  assert.is(await box.registry.head('web', '1.0.0'), digest)
})
pulls('does not fell it with a header of 70 kB, known or not', async () => {
  for (const creds of ['$creds', 'no:body'])
    assert.match(await curl('/v2/web/manifests/1.0.0', `-H "User-Agent: ${LONG}"`, creds), /\n431$/)
  assert.match(await curl(`/v2/${LONG}`), /\n414$/)
  assert.match(await curl('/v2/'), /\n200$/)
})
pulls('is held up when it guesses, and only then', async () => {
  const guesses =
    'for n in $(seq 60); do curl -s -o guess -w "%{http_code} " --cacert ca.crt --user pull:$n https://$name/v2/; done'
  assert.match(await succeeds(guesses), /^401 [\s\S]*429 $/)
  assert.match(await curl('/v2/'), /\n200$/)
})
pulls('gets 503 when the registry is down', async () => {
  await box.stopRegistry()
  assert.match(await curl('/v2/'), /not available[\s\S]*\n503$/)
})
second.run()
