// Plain JavaScript without dependencies: it runs on a bare clone, before anything is installed.
import { spawnSync } from 'node:child_process'
import { copyFileSync, existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const root = join(import.meta.dirname, '..')
const lock = join(root, 'package-lock.json')
const installed = join(root, 'node_modules/.artefacto-lock.json')

function stop(sentence) {
  console.error(sentence)
  process.exit(1)
}

function run(command, args, advice) {
  const { status, stdout, stderr } = spawnSync(command, args, { cwd: root, encoding: 'utf8' })
  if (status !== 0) stop(`${stdout ?? ''}${stderr ?? ''}\n${advice}`)
}

const [major, minor] = process.versions.node.split('.').map(Number)
if (major < 20 || (major === 20 && minor < 12))
  stop(`Node ${process.versions.node} is too old: install Node 20.12 or newer (nodejs.org)`)
if (spawnSync('git', ['--version']).status !== 0)
  stop('git is missing: install it (on Debian: apt-get install git)')

// The lock file as it was installed tells whether an update has changed it since.
if (!existsSync(installed) || readFileSync(installed, 'utf8') !== readFileSync(lock, 'utf8')) {
  console.log('installing the development packages by package-lock.json (once)')
  run('npm', ['ci', '--include=dev', '--no-audit', '--no-fund'], 'npm ci failed; the reason stands above')
  copyFileSync(lock, installed)
}
run(process.execPath, ['--import', 'tsx', 'functions/bundle.ts'], 'bundling the functions failed')
