import { execFileSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import type Docker from 'dockerode'
import * as assert from 'uvu/assert'
import { hostNodeImage } from '../../local/base-image.ts'
import { dockerAt } from '../../local/docker.ts'
import { diskSuite } from '../support/disk-suite.ts'
import { debugfs, openStage, type Stage } from './ami-stage.ts'
import { extracted, onDisk } from './file-list.ts'
import { archive, odd, pax } from './odd-tar.ts'
import { savedLayers } from './saved-layers.ts'

/** Each disk has these of its own, or a container has them for the engine's sake. */
const OWN =
  /^(\.ami(\/.*)?|lost\+found|\.dockerenv|etc\/(hosts|hostname|resolv\.conf|mtab)|dev\/.*|dev|proc|sys|etc|run|)$/
/** No layer has these: the engine makes them when it unpacks what is below them, with the time of that. */
const UNNAMED = /^(usr(\/local(\/bin)?)?|lib(64|\/x86_64-linux-gnu)?)$/
const SPECIAL = ['odd/null', 'odd/hard', 'odd/pipe']
const ROOT = join(import.meta.dirname, '../..')
const CAPABILITY = '\x01\x00\x00\x02\x00\x20\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00'

/** What each RUN of the image does, in words of Node's fs. */
const STEPS = [
  `linkSync('/src/README.md', '/src/linked'); linkSync('/src/linked', '/src/third')
   symlinkSync('README.md', '/src/pointing'); mkdirSync('/src/größe'); linkSync('/src/third', '/src/größe/länk'); writeFileSync('/src/größe/a b "c"', 'é')
   chmodSync('/src/LICENSE', 0o4755); chownSync('/src/docs', 1000, 3000000); mkdirSync('/src/old/deep', { recursive: true })
   writeFileSync('/src/old/deep/file', 'old'); writeFileSync('/src/turns', 'file'); mkdirSync('/src/lib-1')
   symlinkSync('lib-1', '/src/lib'); writeFileSync('/src/lib/behind', '1'); linkSync('/src/pointing', '/src/pointing-2')`,
  `unlinkSync('/src/README.md'); rmSync('/src/test', { recursive: true }); writeFileSync('/src/LICENSE', 'none')
   rmSync('/src/old', { recursive: true }); mkdirSync('/src/old'); writeFileSync('/src/old/new', 'new')
   unlinkSync('/src/turns'); mkdirSync('/src/turns'); writeFileSync('/src/turns/x', 'x'); chmodSync('/src/docs', 0o1700)`,
  `linkSync('/src/LICENSE', '/src/late'); chmodSync('/src/third', 0o600); unlinkSync('/src/lib'); mkdirSync('/src/lib')
   writeFileSync('/src/lib/own', '2'); rmSync('/src/turns', { recursive: true }); symlinkSync('/src', '/src/turns')
   writeFileSync('/src/functions/new', 'new'); unlinkSync('/src/pointing')`,
]

const disk = diskSuite('a disk of an image that Docker has built')
let stage: Stage
let docker: Docker
disk.before(async () => {
  stage = await openStage()
  docker = dockerAt(stage.engine.host)
})
disk.after(() => stage.end())

/** An image with the files of this repository and odd ones, changed in each of its layers. */
async function build(): Promise<string> {
  const base = await hostNodeImage(stage.engine)
  const context = join(stage.folder, 'context')
  mkdirSync(context)
  const from = ['README.md', 'LICENSE', 'docs', 'functions', 'test']
  execFileSync('tar', ['-C', ROOT, '-cf', join(context, 'src.tar'), ...from])
  const odds = archive(
    odd({ name: 'null', type: '3', device: [1, 3], mode: 0o666 }),
    odd({ name: 'pipe', type: '6', mode: 0o622 }),
    pax({ 'SCHILY.xattr.security.capability': CAPABILITY }),
    odd({ name: 'capable', body: 'x', mode: 0o755 }),
    odd({ name: 'hard', type: '1', link: 'null', mode: 0o666 }),
    odd({ name: 'zeros', body: Buffer.alloc(3 << 20), uid: 2_000_000 }),
  )
  writeFileSync(join(context, 'odd.tar'), odds)
  const runs = STEPS.map((step) => {
    const program = `Object.assign(globalThis, require('fs')); ${step.replaceAll('\n', ';')}`
    return `RUN ${JSON.stringify(['node', '-e', program])}\n`
  })
  const dockerfile = `FROM ${base}\nADD src.tar /src/\nADD odd.tar /odd/\n${runs.join('')}`
  writeFileSync(join(context, 'Dockerfile'), dockerfile)
  const src = ['Dockerfile', 'src.tar', 'odd.tar']
  const built = await docker.buildImage({ context, src }, { t: 'layered', version: '1' })
  await new Promise((resolve, reject) =>
    docker.modem.followProgress(built, (error, said) => {
      const failed = said?.find((one) => 'error' in one)
      error || failed ? reject(error ?? new Error(JSON.stringify(failed))) : resolve(0)
    }),
  )
  return 'layered'
}

async function exported(image: string): Promise<Buffer> {
  const container = await docker.createContainer({ Image: image, Cmd: ['x'] })
  const tar = await buffer(await container.export())
  await container.remove({ v: true })
  return tar
}

/** The lines of one list that the other has not. */
function without(one: Map<string, string>, other: Map<string, string>): string[] {
  return [...one].filter(([path, said]) => other.get(path) !== said).map((line) => line.join(' '))
}

disk('holds every file of a container of it: type, mode, owner, time, links and contents', async () => {
  const image = await build()
  const { Created: created } = await docker.getImage(image).inspect()
  const layers = await savedLayers(docker, image)
  assert.is(layers.length, 6)
  const { file } = await stage.disk('layered', layers, { created })
  const [wanted, got] = [extracted(await exported(image), stage.folder), onDisk(file, stage.folder, SPECIAL)]
  for (const list of [wanted, got])
    for (const path of [...list.keys()]) if (OWN.test(path) || UNNAMED.test(path)) list.delete(path)
  assert.ok(wanted.size > 150, `only ${wanted.size} files`)
  assert.equal(without(wanted, got), [])
  assert.equal(without(got, wanted), [])
  assert.match(debugfs(file, 'ea_list /odd/capable'), /security\.capability \(20\)/)
})
disk.run()
