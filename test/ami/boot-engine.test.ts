import * as assert from 'uvu/assert'
import { END, tarEntry } from '../../ami/tar/entry.ts'
import { busybox } from '../support/box.ts'
import { diskSuite } from '../support/disk-suite.ts'
import { until } from '../support/until.ts'
import { debugfs, openStage, type Stage } from './ami-stage.ts'
import { machine } from './machine.ts'

const CONFIG = {
  Entrypoint: ['/bin/httpd', '-f', '-v'],
  Cmd: ['-p', '8080', '-h', '/www'],
  Env: ['GREETING=it\'s "quoted" and $HOME', 'EMPTY='],
  User: 'web',
  WorkingDir: '/www',
  ExposedPorts: { '8080/tcp': {} },
}
const CGI = '#!/bin/sh\necho -e "Content-Type: text/plain\\r\\n\\r"\n'
const PASSWD = 'root:x:0:0::/root:/bin/sh\nweb:x:1234:1234::/home/web:/bin/sh\n'
const GROUP = 'web:x:1234:\nvideo:x:44:web\naudio:x:29:other,web\n'

/** As `FROM scratch` with a static busybox. */
async function image(): Promise<Buffer> {
  const script = (name: string, body: string) =>
    tarEntry({ name: `www/cgi-bin/${name}`, body: CGI + body, mode: 0o755 })
  return Buffer.concat([
    tarEntry({ name: 'bin/busybox', body: await busybox(), mode: 0o755 }),
    ...['httpd', 'sh', 'id', 'env', 'pidof', 'kill', 'sleep', 'cat', 'grep', 'route', 'echo'].map((name) =>
      tarEntry({ name: `bin/${name}`, type: 'symlink', link: 'busybox' }),
    ),
    tarEntry({ name: 'etc/passwd', body: PASSWD }),
    tarEntry({ name: 'etc/group', body: GROUP }),
    tarEntry({ name: 'www/index.html', body: 'hello from a disk\n' }),
    script(
      'info',
      'id; env; pwd; grep -E "Sig(Ign)|CapEff" /proc/self/status; route -n; cat /etc/resolv.conf\n',
    ),
    script('crash', 'kill -9 $(pidof httpd)\n'),
    script('say', 'echo said by a user >/dev/console; echo heard\n'),
    END,
  ])
}

const boot = diskSuite('a disk of a small image')
let stage: Stage
let made: Awaited<ReturnType<Stage['disk']>>

boot.before(async () => {
  stage = await openStage()
  made = await stage.disk('first', [await image()], { config: CONFIG, boot: ['bios'] })
})
boot.after(() => stage.end())

boot('has answered in a machine before it is handed over', () => {
  const { booted, recipe, kernel, digest, size } = made.result
  assert.equal(
    (booted as { firmware: string; answer: string; port: number }[]).map(({ firmware, answer, port }) => [
      firmware,
      answer,
      port,
    ]),
    [['bios', 'HTTP 200', 8080]],
  )
  assert.match(recipe, /^sha256:[0-9a-f]{64}$/)
  assert.match(kernel, /^6\.1\./)
  assert.is(digest, made.sha256)
  assert.ok(size > 1_000_000)
})

boot('is the same, byte for byte, when it is made again', async () => {
  const again = await stage.disk('again', [await image()], { config: CONFIG })
  assert.is(again.sha256, made.sha256)
  assert.is(again.result.diffId, made.result.diffId)
  assert.is(again.result.booted, 'not tested: it was not asked for')
  assert.is(
    (await stage.disk('other', [await image()], { config: CONFIG, image: `sha256:${'11'.repeat(32)}` }))
      .sha256 === made.sha256,
    false,
  )
})

boot(
  'runs the command as its USER, with its ENV and its folder, restarts it, and stops when the power button is pressed',
  async () => {
    const running = await machine(stage, made.file, 'bios')
    try {
      assert.is((await running.answer('/')).body, 'hello from a disk\n')
      const { body } = await running.get('/cgi-bin/info')
      assert.match(body, 'uid=1234(web) gid=1234(web) groups=29,44(video)'.slice(0, 26))
      assert.match(body, /groups=.*44/)
      assert.match(body, /^GREETING=it's "quoted" and \$HOME$/m)
      assert.match(body, /^EMPTY=$/m)
      assert.match(body, /^HOME=\/home\/web$/m)
      assert.match(body, /^CapEff:\s0+$/m)
      assert.match(body, /^SigIgn:\s0000000000000000$/m)
      assert.match(body, /^0\.0\.0\.0 +10\.0\.2\.2/m)
      assert.match(body, /^nameserver 10\.0\.2\.3$/m)
      // Its output is the console, for whoever the user is.
      assert.is((await running.get('/cgi-bin/say')).body, 'heard\n')
      assert.match(running.console(), /^said by a user\r?$/m)
      await running.get('/cgi-bin/crash').catch(() => {})
      await until(
        () => /the service ended with 137, again in 1 s/.test(running.console()),
        'the console to tell that the service ended',
      )
      assert.is((await running.answer('/')).status, 200)
      running.pressPower()
      assert.is(await running.ended(), 0)
      assert.match(running.console(), /stopping, TERM to the service[\s\S]*poweroff/)
    } finally {
      await running.remove()
    }
  },
)

boot('has a root file system that is clean and holds what the image has', () => {
  assert.match(debugfs(made.file, 'stat /www/index.html'), /Mode: +0644[\s\S]*Size: 18/)
  assert.match(debugfs(made.file, 'show_super_stats -h'), /Filesystem state: +clean/)
})

boot.run()
