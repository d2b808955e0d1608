import { execFileSync } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import * as assert from 'uvu/assert'
import { hostNodeImage } from '../../local/base-image.ts'
import { dockerAt } from '../../local/docker.ts'
import { diskSuite } from '../support/disk-suite.ts'
import { debugfs, openStage, type Stage } from './ami-stage.ts'

/** Each disk has these of its own, or an export has them for the engine's sake. */
const OWN =
  /^(\.ami(\/.*)?|lost\+found|\.dockerenv|etc\/(hosts|hostname|resolv\.conf|mtab)|dev\/.*|etc|run|)$/
const ROOT = join(import.meta.dirname, '../..')

const disk = diskSuite('a disk of an image that Docker has built')
let stage: Stage
disk.before(async () => {
  stage = await openStage()
})
disk.after(() => stage.end())

/** `docker export` of an image with the files of this repository in it, modes and owners changed by its build. */
async function exported(): Promise<Buffer> {
  const docker = dockerAt(stage.engine.host)
  const base = await hostNodeImage(stage.engine)
  const change = [
    "const fs = require('fs')",
    "fs.linkSync('/src/README.md', '/src/linked'); fs.symlinkSync('README.md', '/src/pointing')",
    "fs.chmodSync('/src/LICENSE', 0o4755); fs.chownSync('/src/docs', 1000, 1000); fs.mkdirSync('/src/größe')",
  ].join(';')
  const dockerfile = `FROM ${base}\nADD src.tar /src/\nRUN ${JSON.stringify(['node', '-e', change])}\n`
  const context = join(stage.folder, 'context')
  mkdirSync(context)
  execFileSync('tar', [
    '-C',
    ROOT,
    '-cf',
    join(context, 'src.tar'),
    'README.md',
    'LICENSE',
    'docs',
    'functions',
    'test',
  ])
  execFileSync('sh', ['-c', 'cat >"$0"', join(context, 'Dockerfile')], { input: dockerfile })
  const built = await docker.buildImage(
    { context, src: ['Dockerfile', 'src.tar'] },
    { t: 'exported', version: '1' },
  )
  await new Promise((resolve, reject) =>
    docker.modem.followProgress(built, (error) => (error ? reject(error) : resolve(0))),
  )
  const container = await docker.createContainer({ Image: 'exported', Cmd: ['x'] })
  const tar = await buffer(await container.export())
  await container.remove({ v: true })
  return tar
}

/** Kind, permissions, owner, link and SHA-256 of all files below a folder, by path. */
function listing(folder: string): Map<string, string> {
  const find = (...args: string[]) =>
    execFileSync('find', ['.', ...args], { cwd: folder, encoding: 'utf8', maxBuffer: 1 << 26 })
  const digests = new Map(
    find('-type', 'f', '-exec', 'sha256sum', '{}', '+')
      .split('\n')
      .map((line) => [line.slice(68), line.slice(0, 64)]),
  )
  const rows = find('-printf', '%P\\t%y %m %U %G %l\\n').split('\n').filter(Boolean)
  return new Map(
    rows.map((row) => {
      const [path = '', rest = ''] = row.split('\t')
      // rdump does not set the bits above 777.
      return [path, `${rest.replace(/ \d*(\d{3})/, ' $1')} ${digests.get(path) ?? ''}`] as [string, string]
    }),
  )
}

/** The lines of one list that the other has not. */
function without(one: Map<string, string>, other: Map<string, string>): string[] {
  return [...one].filter(([path, said]) => other.get(path) !== said).map((line) => line.join(' '))
}

disk('holds every file of the export with its mode, owner and contents', async () => {
  const tar = await exported()
  const { file } = await stage.disk('exported', [tar], { disk: 1 })
  const [theirs, ours] = ['theirs', 'ours'].map((name) => join(stage.folder, name)) as [string, string]
  for (const folder of [theirs, ours]) mkdirSync(folder)
  execFileSync('tar', ['-xpf', '-', '-C', theirs], { input: tar })
  debugfs(file, `rdump / ${ours}`)
  const [wanted, got] = [listing(theirs), listing(ours)]
  for (const list of [wanted, got]) for (const path of [...list.keys()]) if (OWN.test(path)) list.delete(path)
  assert.ok(wanted.size > 300)
  assert.equal(without(wanted, got), [])
  assert.equal(without(got, wanted), [])
  assert.match(debugfs(file, 'stat /src/LICENSE'), /Mode: +04755/)
  assert.match(debugfs(file, 'stat /tmp'), /Mode: +01777/)
  assert.match(debugfs(file, 'stat /src/linked'), /Links: 2/)
})
disk.run()
