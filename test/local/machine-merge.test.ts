import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { type LocalGitHub, startLocalGitHub } from '../../local/github/server.ts'
import { mergeMachine } from '../../local/machine-merge.ts'
import { imagesJson, SAMPLE } from '../../local/sample.ts'

const WEB = { service_name: 'web', version: '1.0.0', type: 'Docker' }
const BOX = { service_name: 'box', version: '0.1.0', type: 'AMI', disk: 1 }
const MACHINE = { entry: BOX, files: { 'box/Dockerfile': 'FROM scratch\n' } }

const second = suite("the sample's second merge")
const webhook = createServer((request, response) => {
  request.resume().on('end', () => response.writeHead(202).end('{"accepted":"it"}\n'))
})
let folder: string
let github: LocalGitHub
second.before.each(async () => {
  folder = mkdtempSync(join(tmpdir(), 'artefacto-machine-'))
  await new Promise<void>((resolve) => webhook.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(webhook.address() as AddressInfo).port}/function/webhook`
  github = await startLocalGitHub({ folder, webhook: { url, secret: () => 's' } })
  await github.create(SAMPLE, { files: { 'README.md': '# sample\n' } })
  await github.merge(SAMPLE, { files: { 'images.json': imagesJson([WEB]) }, title: 'Two little services' })
})
second.after.each(async () => {
  await github.close()
  await new Promise((resolve) => webhook.close(resolve))
  rmSync(folder, { recursive: true })
})

/** A file at the head of develop. */
function now(path: string): string {
  const git = join(folder, `${SAMPLE}.git`)
  return execFileSync('git', ['-C', git, 'show', `develop:${path}`], { encoding: 'utf8' })
}

second('adds the service to what stands there, which a person may have changed', async () => {
  const raised = { ...WEB, version: '1.1.0' }
  await github.merge(SAMPLE, { files: { 'images.json': JSON.stringify([raised]) }, title: 'Raise it' })
  const merge = await mergeMachine(github, MACHINE, 'develop')
  assert.is(merge?.answer, '{"accepted":"it"}')
  assert.equal(JSON.parse(now('images.json')), [raised, BOX])
  assert.is(now('box/Dockerfile'), 'FROM scratch\n')
})
second('is made once, even if the service was taken out again', async () => {
  assert.ok(await mergeMachine(github, MACHINE, 'develop'))
  await github.merge(SAMPLE, { files: { 'images.json': imagesJson([WEB]) }, title: 'No box' })
  assert.is(await mergeMachine(github, MACHINE, 'develop'), undefined)
  assert.equal(JSON.parse(now('images.json')), [WEB])
})
second('is not made on a branch that is not there', async () => {
  assert.is(await mergeMachine(github, MACHINE, 'main'), undefined)
})
second.run()
