import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { text } from 'node:stream/consumers'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { recipeDigest } from '../../ami/recipe/digest.ts'
import { BOX } from '../../faasd/box.ts'
import { keepCoreFiles } from '../../faasd/core-files.ts'
import { AMI_USER, type CoreService, coreServices } from '../../faasd/core-services.ts'
import { keepCredentials } from '../../faasd/credentials.ts'
import { dropOldImages, type Images, keepImages } from '../../faasd/images.ts'
import { readSettings } from '../../faasd/settings.ts'
import { askAmi } from '../../functions/build/ami-service.ts'
import { whereIs } from '../../local/debian.ts'
import { dockerAt } from '../../local/docker.ts'
import { startDockerd } from '../../local/dockerd.ts'
import { openState } from '../../local/state.ts'

const PATH = process.env.PATH ?? ''
const program = whereIs('dockerd')
/** An engine of its own, since its image is taken away: only where the machine has none that would mind. */
const may = process.getuid?.() === 0 && program && /artefacto-/.test(process.env.DOCKER_HOST ?? '')
const SETTINGS = { ...readSettings('/nowhere'), ami: true }
const folder = mkdtempSync(join(tmpdir(), 'artefacto-core-ami-'))
const box = { ...BOX, state: join(folder, 'state'), dockerSocket: '' }
const docker = () => dockerAt(`unix://${box.dockerSocket}`)
const at = (name: string) => join(folder, name)

/** `ctr` that keeps what is imported, lists what the file `names` has, and writes down what is removed. */
function fakeCtr(): void {
  const script = [
    '#!/bin/sh',
    `case "$4" in list) cat ${at('names')} ;; import) cat >${at('imported.tar')} ;;`,
    `remove) echo "$5" >>${at('removed')} ;; esac`,
  ]
  mkdirSync(at('bin'))
  writeFileSync(at('bin/ctr'), `${script.join('\n')}\n`, { mode: 0o755 })
  writeFileSync(at('names'), '')
  process.env.PATH = [at('bin'), PATH].join(delimiter)
}

const there = (images: Images, ...more: string[]) =>
  writeFileSync(at('names'), [...Object.values(images), ...more].join('\n'))

const all = suite('the image of the service ami on a faasd box')
const images = may ? all : all.skip
const state = openState(mkdtempSync(join(tmpdir(), 'ad-')))
let engine: Awaited<ReturnType<typeof startDockerd>> | undefined
all.before(async () => {
  if (!may) return
  engine = await startDockerd({ state, program })
  box.dockerSocket = engine.host.replace('unix://', '')
  fakeCtr()
})
all.after(async () => {
  process.env.PATH = PATH
  await engine?.stop()
  state.close()
  rmSync(state.folder, { recursive: true, force: true })
  rmSync(folder, { recursive: true })
})
let made: Images
images('is not made without --ami', async () => {
  const { images } = await keepImages(box, { ...SETTINGS, ami: false }, () => {})
  assert.is(images.ami, undefined)
  there(images)
})
images('goes into containerd by its name, runs as nobody, and leaves the Docker Engine', async () => {
  const { images, done } = await keepImages(box, SETTINGS, () => {})
  made = images
  assert.match(images.ami ?? '', /^docker\.io\/artefacto\/ami:[0-9a-f]{12}$/)
  assert.equal(done, [`Made the image ${images.ami}`])
  const archive = readFileSync(at('imported.tar')).toString('latin1')
  assert.ok(archive.includes(`"artefacto/ami:${images.ami?.split(':')[1]}"`))
  assert.ok(archive.includes(`"User":"${AMI_USER}:${AMI_USER}"`))
  const left = await docker().listImages({ filters: { reference: ['artefacto/ami'] } })
  assert.equal(left, [])
})
images('is made once', async () => {
  there(made)
  assert.equal((await keepImages(box, SETTINGS, () => {})).done, [])
  assert.equal(await dropOldImages(made), [])
})
images('takes the place of older ones, and goes with --no-ami', async () => {
  there(made, 'docker.io/artefacto/ami:older')
  assert.equal(await dropOldImages(made), ['Removed the image docker.io/artefacto/ami:older'])
  const { ami, ...without } = made
  await dropOldImages(without)
  const removed = readFileSync(at('removed'), 'utf8').trim().split('\n')
  assert.equal(removed, ['docker.io/artefacto/ami:older', ami, 'docker.io/artefacto/ami:older'])
})
images('runs with what the compose file gives it, and can write into its work folder alone', async () => {
  await docker().loadImage(at('imported.tar')).then(text)
  await keepCredentials(box.state, SETTINGS, {})
  keepCoreFiles(box, SETTINGS)
  const service = coreServices({ state: box.state, settings: SETTINGS, images: made, revision: 'r' })[
    'artefacto-ami'
  ]
  const container = await docker().createContainer(asFaasd(service as CoreService))
  try {
    await container.start()
    const secret = readFileSync(join(box.state, 'secrets/payload-secret'), 'utf8').trim()
    const { recipe, qemu, free } = await asked(secret)
    assert.equal([recipe, qemu, free > 0], [recipeDigest(), true, true])
    assert.equal(await writable(container), ['/work'])
    // With a new secret it needs no restart.
    writeFileSync(join(box.state, 'secrets/payload-secret'), `new\n${secret}\n`)
    keepCoreFiles(box, SETTINGS)
    assert.is((await asked('new')).recipe, recipe)
  } finally {
    await container.remove({ force: true })
    await docker()
      .getImage(made.ami ?? '')
      .remove()
  }
})
images('has a secret that only it and root can read, which goes with --no-ami', () => {
  const file = join(box.state, 'core/ami/payload-secret')
  const { uid, mode } = statSync(file)
  assert.equal([uid, mode & 0o777], [AMI_USER, 0o400])
  assert.is(statSync(box.state).mode & 0o777, 0o700)
  assert.equal(keepCoreFiles(box, SETTINGS), [])
  keepCoreFiles(box, { ...SETTINGS, ami: false })
  assert.not(existsSync(file))
})
all.run()

/**
 * What faasd makes of an entry of its compose file: no capabilities, a root that can be written. In place of its network
 * a socket in the work folder, which this process can reach whatever engine it is.
 */
function asFaasd({ image, user, environment, volumes }: CoreService) {
  return {
    Image: image,
    User: user ?? '',
    Env: Object.entries({ ...environment, listen: '/work/ami.sock' }).map(
      ([name, value]) => `${name}=${value}`,
    ),
    HostConfig: {
      NetworkMode: 'none',
      CapDrop: ['ALL'],
      Binds: volumes.map(({ source, target, read_only }) => `${source}:${target}${read_only ? ':ro' : ''}`),
    },
  }
}

async function asked(secret: string) {
  for (const deadline = Date.now() + 20_000; ; ) {
    try {
      return await askAmi({ socketPath: join(box.state, 'ami/ami.sock') }, secret)
    } catch (error) {
      if (Date.now() > deadline) throw error
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
  }
}

/** Each folder of the container that its user may write to, kernel's own file systems left out. */
async function writable(
  container: ReturnType<ReturnType<typeof dockerAt>['getContainer']>,
): Promise<string[]> {
  const script = `
    const fs = require('fs'), found = []
    const visit = (folder) => {
      try { fs.accessSync(folder, fs.constants.W_OK); return void found.push(folder) } catch {}
      let entries = []
      try { entries = fs.readdirSync(folder, { withFileTypes: true }) } catch {}
      for (const entry of entries) {
        const path = (folder === '/' ? '' : folder) + '/' + entry.name
        if (entry.isDirectory()) { if (!['/proc', '/sys', '/dev'].includes(path)) visit(path) }
        else if (entry.isFile()) try { fs.accessSync(path, fs.constants.W_OK); found.push(path) } catch {}
      }
    }
    visit('/')
    console.log(JSON.stringify(found))`
  const command = ['node', '-e', script]
  const exec = await container.exec({ Cmd: command, AttachStdout: true, AttachStderr: true, Tty: true })
  return JSON.parse(await text(await exec.start({ Tty: true }))) as string[]
}
