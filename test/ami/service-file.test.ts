import { execFileSync } from 'node:child_process'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { firstPort } from '../../ami/boot/first-port.ts'
import { runsAs } from '../../ami/runs-as.ts'
import { commandOf, quoted, serviceFile } from '../../ami/service-file.ts'
import type { ImageConfig } from '../../functions/shared/disk-request.ts'

const ACCOUNTS = {
  passwd: 'root:x:0:0:root:/root:/bin/sh\nweb:x:33:34:web:/srv:/bin/sh\nodd:x:7:users::\n',
  group: 'root:x:0:\nweb:x:34:\nadm:x:4:root,web\naudio:x:29:web\n',
}

const users = suite('runsAs')
for (const [user, expected] of [
  ['', { uid: '0', gid: '0', groups: ['4'], home: '/root' }],
  ['web', { uid: '33', gid: '34', groups: ['4', '29'], home: '/srv' }],
  ['33', { uid: '33', gid: '34', groups: ['4', '29'], home: '/srv' }],
  ['web:adm', { uid: '33', gid: '4', groups: [], home: '/srv' }],
  ['web:7', { uid: '33', gid: '7', groups: [], home: '/srv' }],
  ['1234', { uid: '1234', gid: '0', groups: [], home: '/' }],
  ['1234:5678', { uid: '1234', gid: '5678', groups: [], home: '/' }],
] as const)
  users(`takes USER ${JSON.stringify(user)} as Docker does`, () =>
    assert.equal(runsAs(user, ACCOUNTS), expected),
  )
users('takes numbers where the image has no accounts', () => {
  assert.equal(runsAs('12:34', {}), { uid: '12', gid: '34', groups: [], home: '/' })
  assert.is(runsAs('', {}).uid, '0')
})
for (const [user, reason] of [
  ['nobody', /USER nobody: the image has no user "nobody" in \/etc\/passwd/],
  ['web:staff', /no group "staff" in \/etc\/group/],
  ['odd', /gives it the group "users"/],
  ['4294967295', /no user "4294967295"/],
  ['-1', /no user "-1"/],
  ['$(reboot)', /no user/],
] as const)
  users(`refuses USER ${user}`, () => assert.throws(() => runsAs(user, ACCOUNTS), reason))
users.run()

/** What the file's function would run, word by word: a shell reads it, with a printer for the loader. */
function words(file: string): string[] {
  const script = `hostname() { echo box; }\n${file.replace('exec /.ami/lib/ld.so', "printf '%s\\0'")}\nstart_service`
  return execFileSync('sh', ['-c', script], { encoding: 'utf8' }).split('\0').slice(0, -1)
}

const files = suite('serviceFile')
files('gives the command its words, whatever is in them', () => {
  const hostile = ["it's", '"$HOME"', '`reboot`', '$(reboot)', 'a\nb', '\\', '', '*', '; reboot', '-x']
  const file = serviceFile(
    { Entrypoint: ['/bin/run'], Cmd: hostile, Env: ['A=it\'s $x\n"y"'], WorkingDir: '/' },
    {},
  )
  const said = words(file)
  assert.equal(said.slice(said.indexOf('/bin/run') + 1), hostile)
  assert.ok(said.includes('A=it\'s $x\n"y"'))
  assert.ok(said.includes('HOSTNAME=box'))
})
files('adds PATH and HOME where the image does not say them', () => {
  const bare = words(serviceFile({ Cmd: ['x'], User: 'web', WorkingDir: '/' }, ACCOUNTS))
  assert.ok(bare.includes('HOME=/srv'))
  assert.ok(bare.some((word) => word.startsWith('PATH=/usr/local/sbin:')))
  const own = words(
    serviceFile({ Cmd: ['x'], Env: ['PATH=/only', 'HOME=/h', 'WITHOUT'], WorkingDir: '/' }, {}),
  )
  assert.equal(own.slice(-3), ['PATH=/only', 'HOME=/h', 'x'])
})
files('names user, groups and signal', () => {
  const file = serviceFile({ Cmd: ['x'], User: 'web', StopSignal: 'SIGINT' }, ACCOUNTS)
  assert.match(file, /^RUNAS_UID=33\nSTOPSIG=INT\n/)
  assert.match(file, /--reuid=33 --regid=34 --groups=4,29 --inh-caps=-all/)
  assert.match(serviceFile({ Cmd: ['x'] }, {}), /^RUNAS_UID=0\nSTOPSIG=TERM\n[\s\S]*--clear-groups/)
  for (const [given, named] of [
    ['9', '9'],
    ['SIGRTMIN+3', 'RTMIN+3'],
    ['usr1', 'USR1'],
  ])
    assert.match(serviceFile({ Cmd: ['x'], StopSignal: given as string }, {}), `STOPSIG=${named}\n`)
})
files('quotes', () => assert.is(quoted("a'b"), "'a'\\''b'"))
for (const [what, config, reason] of [
  ['no ENTRYPOINT and no CMD', {}, /neither ENTRYPOINT nor CMD/],
  ['an empty one', { Entrypoint: null, Cmd: [] }, /neither ENTRYPOINT nor CMD/],
  ['a program with "=" in its name', { Cmd: ['a=b'] }, /"=" in it/],
  ['a stop signal that is none', { Cmd: ['x'], StopSignal: 'KILL; reboot' }, /is no signal/],
] as const)
  files(`refuses ${what}`, () => assert.throws(() => serviceFile(config as ImageConfig, {}), reason))
files('puts ENTRYPOINT before CMD', () =>
  assert.equal(commandOf({ Entrypoint: ['a'], Cmd: ['b'] }), ['a', 'b']),
)
files.run()

const ports = suite('firstPort')
for (const [exposed, port] of [
  [{}, undefined],
  [{ '53/udp': {} }, undefined],
  [{ '8080/tcp': {}, '443/tcp': {}, '53/udp': {} }, 443],
  [{ '9000': {} }, 9000],
  [{ '0/tcp': {}, '70000/tcp': {}, '80-90/tcp': {} }, undefined],
] as const)
  ports(`is ${port} of ${JSON.stringify(exposed)}`, () => assert.is(firstPort(exposed), port))
ports.run()
