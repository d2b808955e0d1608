import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { readConfig } from '../../functions/build/config.ts'
import { functionSpecs } from '../../local/functions.ts'
import type { State } from '../../local/state.ts'

const state = { folder: '/home/ada/.artefacto', secrets: '/home/ada/.artefacto/secrets' } as State
const AROUND = {
  state,
  gatewayUrl: 'http://127.0.0.1:8080',
  githubApiUrl: 'http://127.0.0.1:1',
  githubUrl: 'http://127.0.0.1:1',
  dockerHost: 'unix:///var/run/docker.sock',
  registryHost: '127.0.0.1:5000',
  registryUrl: 'https://127.0.0.1:5000',
  branch: 'develop',
  repositories: [],
}

const functions = suite('the functions of npm start')
const envOf = (name: string, more = {}) =>
  functionSpecs({ ...AROUND, more }).find((one) => one.name === name)?.env ?? {}
functions('are told where disks are made, build alone, whether the service runs by then or not', () => {
  assert.is(readConfig(envOf('build')).amiHost, 'unix:///home/ada/.artefacto/ami/share/ami.sock')
  assert.is(envOf('webhook').ami_host, undefined)
  assert.is(envOf('badge').ami_host, undefined)
})
functions('of a test may have an environment of its own', () => {
  assert.is(envOf('build', { build: { ami_host: '' } }).ami_host, '')
})
functions.run()
