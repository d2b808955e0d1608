import { createHash } from 'node:crypto'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { sign } from '../../functions/shared/signature.ts'
import { stock } from '../browser/shop.ts'
import { AMI, build, DIGEST, DISK } from './records.ts'
import { openStage, type Stage } from './stage.ts'

let stage: Stage
const now = Date.now()
const browser = { accept: 'text/html' }
const page = async (path = '/web') => String((await stage.call(path, { headers: browser })).body)
const read = (markup: string) =>
  markup
    .replace(/<(style|script)>.*?<\/\1>/gs, '')
    .replace(/<[^>]+>/g, ' ')
    .replace(/\s+/g, ' ')

const one = suite('badge page of a service')
one.before.each(async () => {
  stage = await openStage({
    pages: 'public',
    registry_pull: 'images.example:5000',
    public_url: 'https://builds.example',
  })
})
one.after.each(() => stage.close())

one(
  'shows what is published, how to pull it by tag and by digest, and the Markdown of the badge',
  async () => {
    const { digest, size } = await stock(stage, 'web', { now, count: 2 })
    assert.is(size, 48_200_000)
    const text = read(await page())
    assert.match(text, /Published now Version 1\.6\.0 Size, compressed 48\.2 MB Published 41 minutes ago/)
    assert.match(text, `Digest ${digest} `)
    assert.match(text, 'Pull by tag docker pull images.example:5000/web:1.6.0 ')
    assert.match(text, `Pull by digest docker pull images.example:5000/web@${digest} `)
    const address = 'https://builds.example/function/badge/web'
    assert.match(text, `Badge for a README [![build](${address}.svg)](${address}) `)
  },
)
one('lists the builds with state, version, merge, attempt, reason, time and size', async () => {
  const failed = { state: 'failed' as const, attempt: 3, reason: 'RUN ended with 1', size: undefined }
  const { id } = await stock(stage, 'web', { now, count: 2, newest: failed })
  const markup = await page()
  assert.match(markup, `href="/function/badge/web/builds/${id}"`)
  const [, rows = ''] = /<tbody>(.*)<\/tbody>/s.exec(markup) ?? []
  const [first = '', second = ''] = rows.split('<tr>').slice(1).map(read)
  assert.match(
    first,
    /^ 1\.6\.0 failed attempt 3 Show the basket on every page #241 \w{7} RUN ended with 1 41 minutes ago .* UTC 31 s –/,
  )
  assert.match(
    second,
    /^ 1\.5\.9 built Raise the base image to alpine 3\.22 #238 \w{7} 5 hours ago .* UTC 45 s 49\.1 MB/,
  )
  assert.match(read(markup), /1\.6\.0 failed .* Why: RUN ended with 1 See the build/)
})
one('says what each state means by a word and a shape, never by a colour alone', async () => {
  for (const [state, mark] of [
    ['queued', 'state waiting blue">queued'],
    ['building', 'state busy blue">building'],
    ['error', 'state waiting blue">waiting'],
    ['held', 'state waiting grey">held'],
    ['superseded', 'state none grey">superseded'],
    ['unchanged', 'state same green">unchanged'],
  ] as const) {
    await stock(stage, state, { now, newest: { state } })
    assert.match(await page(`/${state}`), mark)
  }
})
one('draws times and sizes, and says them in words', async () => {
  await stock(stage, 'web', { now, count: 12 })
  const markup = await page()
  assert.match(
    markup,
    /<svg role="img" aria-label="Time of builds: 12 builds, oldest first, between 31 s and 1 min 29 s, last 31 s"/,
  )
  assert.match(
    markup,
    /aria-label="Size of images: 12 builds, oldest first, between [\d.]+ MB and 49\.1 MB, last 48\.2 MB"/,
  )
  assert.match(markup, /<rect class="red" [^>]*><title>1\.5\.4 failed: 46 s<\/title>/)
  assert.is(markup.match(/<rect/g)?.length, 24)
})
one('says why GitHub shows no status, where that is so of the newest build', async () => {
  await stock(stage, 'web', { now, newest: { untold: 'the token may not write commit statuses' } })
  assert.match(read(await page()), 'GitHub shows no status: the token may not write commit statuses')
})
one('says that there is nothing to pull, where the image is gone or nothing was ever published', async () => {
  await stock(stage, 'web', { now })
  stage.memory.repositories.get('web')?.tags.clear()
  const gone = read(await page())
  assert.match(gone, '1.6.0 is recorded as built, but the registry has no such image, or another one.')
  assert.match(gone, 'there is nothing to pull')
  assert.not.match(gone, 'docker pull')
  await stock(stage, 'api', { now, newest: { state: 'failed', reason: 'no' } })
  assert.match(read(await page('/api')), 'Published now Nothing yet.')
})
const ofTypeAmi = { type: 'AMI', disk: DISK, ami: AMI } as const
one('shows a disk: what it is, how to get it and how to start it', async () => {
  const { disk } = await stock(stage, 'web', { now, newest: ofTypeAmi })
  const markup = await page()
  const text = read(markup)
  assert.match(text, 'Version 1.6.0 Type AMI Size, compressed')
  assert.match(
    text,
    'Disk Name images.example:5000/web:1.6.0-ami Size on disk 8 GiB Stored, compressed 14.9 MB Kernel 6.1.0-56-cloud-amd64 Boot test With BIOS it answered HTTP 200 on port 8080 after 5.6 s Digest',
  )
  assert.match(
    text,
    `Digest ${disk?.digest} AMI ami-0123456789abcdef0 Region eu-central-1 Snapshot snap-0fedcba9`,
  )
  assert.match(text, 'Get the disk where npm start runs npm run disk -- web:1.6.0 ')
  assert.match(
    text,
    'Get the disk with oras oras pull images.example:5000/web:1.6.0-ami &amp;&amp; tar -xzSf disk.tar.gz ',
  )
  assert.match(
    text,
    /Start it in QEMU qemu-system-x86_64 .* -device nvme,.*hostfwd=tcp:127\.0\.0\.1:8080-:8080 /,
  )
  const console =
    'https://eu-central-1.console.aws.amazon.com/ec2/home?region=eu-central-1#ImageDetails:imageId=ami-0123456789abcdef0'
  assert.ok(markup.includes(`<a href="${console}">ami-0123456789abcdef0</a>`))
})
one('shows no disk of type Docker, and no AMI where AWS has none', async () => {
  await stock(stage, 'web', { now })
  assert.not.match(read(await page()), /Disk|AMI/)
  await stock(stage, 'api', { now, newest: { ...ofTypeAmi, ami: undefined } })
  const text = read(await page('/api'))
  assert.match(text, 'Boot test')
  assert.not.match(text, /Region|Snapshot/)
})
one('shows no link where id or region are not those of the public console', async () => {
  const other = [
    { ...AMI, region: 'evil.example/?x' },
    { ...AMI, region: 'cn-north-1' },
    { ...AMI, region: 'eu-central-1.evil' },
    { ...AMI, id: 'ami-1"onload=x' },
    { ...AMI, id: 'ami-0123456789abcdef0&x=1' },
  ]
  for (const [index, ami] of other.entries()) {
    await stock(stage, `web${index}`, { now, newest: { ...ofTypeAmi, ami } })
    const markup = await page(`/web${index}`)
    assert.match(read(markup), 'AMI ami-')
    assert.not.match(markup, 'console.aws')
  }
})
one('says that the disk is gone, and how to pull the image that stands', async () => {
  await stock(stage, 'web', { now, newest: ofTypeAmi })
  stage.memory.repositories.get('web')?.tags.delete('1.6.0-ami')
  const text = read(await page())
  assert.match(
    text,
    'Why: 1.6.0-ami, its disk, is recorded as built, but the registry has no such disk, or another one.',
  )
  assert.match(text, 'docker pull images.example:5000/web:1.6.0')
  assert.not.match(text, /npm run disk|oras/)
})
one('keeps what it read for as long as a badge, and reads anew after a hint of build', async () => {
  await stock(stage, 'web', { now, count: 3 })
  await page()
  const start = stage.memory.calls.length
  await page()
  assert.is(stage.memory.calls.length, start)
  await stock(stage, 'web', { now: now + 60_000, newest: { version: '9.9.9' } })
  const hint = '{"services":["web"]}'
  await stage.call('/', {
    method: 'POST',
    body: hint,
    headers: { 'x-hub-signature-256': sign('first', hint) },
  })
  assert.match(read(await page()), 'Version 9.9.9')
})

const HOSTILE = `<img src=x onerror=alert(1)>"'&lt;\u202e</td></table><script>alert(2)</script>`
one('shows hostile text as text', async () => {
  await stage.ledger.writeOwner('web', { repositoryId: 7, repository: HOSTILE })
  const words = { version: HOSTILE, title: HOSTILE, reason: HOSTILE, repository: HOSTILE, branch: HOSTILE }
  const commit = `${'a'.repeat(12)}${HOSTILE}`
  const record = build({
    ...words,
    untold: HOSTILE,
    commit,
    state: 'failed',
    digest: HOSTILE,
    pullRequest: 1,
  })
  await stage.ledger.writeBuild(record)
  await stage.ledger.writeBuild(build({ state: 'built', version: '1', digest: DIGEST }))
  const disk = { ...DISK, kernel: HOSTILE, booted: HOSTILE, digest: HOSTILE }
  const ami = { id: HOSTILE, region: HOSTILE, snapshot: HOSTILE }
  await stage.ledger.writeOwner('vm', { repositoryId: 8, repository: HOSTILE })
  const digest = await stage.image('vm', '1')
  await stage.ledger.writeBuild(build({ service: 'vm', version: '1', digest, disk, ami }))
  for (const path of ['/web', '/vm', `/vm/builds/${build().id}`, '/']) {
    const markup = await page(path)
    assert.not.match(markup, /<img src=x|<script>alert|\u202e/)
    assert.not.match(markup, /github\.com\/<|href="[^"]*[<>']/)
  }
  assert.match(await page(), '&lt;img src=x onerror=alert(1)&gt;&quot;&#39;&amp;lt;')
})
one('is below 50 kB with fifty builds of long titles, every second failed for a long reason', async () => {
  const title = 'A title as long as people write them '.repeat(5)
  for (let index = 0; index < 50; index += 1) {
    const failed = { state: 'failed' as const, attempt: 2, reason: 'a reason '.repeat(200) }
    const time = now - index * 60_000
    const times = {
      time,
      started: new Date(time).toISOString(),
      finished: new Date(time + 90_000).toISOString(),
    }
    const change = { title, ...times, size: 45_000_000, pullRequest: 1_000 + index }
    await stage.ledger.writeBuild(build({ ...change, ...(index % 2 === 0 ? failed : {}) }))
  }
  const bytes = Buffer.byteLength(await page())
  assert.ok(bytes < 50_000, `${bytes} bytes`)
})
one('allows its own style and script by their hashes, and nothing else', async () => {
  await stock(stage, 'web', { now })
  const { headers, body } = await stage.call('/web', { headers: browser })
  const policy = headers['Content-Security-Policy'] ?? ''
  for (const part of [
    "default-src 'none'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
    "form-action 'self'",
  ])
    assert.ok(policy.split('; ').includes(part), part)
  assert.not.match(policy, /unsafe|\*|https?:/)
  for (const [kind, tag] of [
    ['style', 'style'],
    ['script', 'script'],
  ]) {
    const [, text = ''] = new RegExp(`<${tag}>(.*?)</${tag}>`, 's').exec(String(body)) ?? []
    const hash = createHash('sha256').update(text).digest('base64')
    assert.ok(policy.includes(`${kind}-src 'sha256-${hash}'`), kind)
  }
  assert.not.match(String(body), / (?:style|on\w+)="/)
  assert.equal(
    [headers['X-Content-Type-Options'], headers['Referrer-Policy'], headers['Cache-Control']],
    ['nosniff', 'no-referrer', 'no-store'],
  )
})
one.run()
