import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { Memory } from '../../faasd/watch/memory.ts'
import type { Seen } from '../../faasd/watch/observe.ts'
import {
  ago,
  dead,
  decided,
  doors,
  functions,
  gone,
  inside,
  missed,
  missing,
  queue,
  RUNNING,
  refuses,
  restarted,
  silent,
  well,
} from './watch-seen.ts'

const WORKER = inside({ ...gone('queue-worker'), queue: missed() })
const DEAD_QUEUE = missing('the queue')
const table: [title: string, seen: Seen, memory: Partial<Memory>, expected: (string | RegExp)[]][] = [
  ['all well', inside(), {}, []],
  ['a core service gone', inside(gone('nats', 'artefacto-front')), {}, ['restart faasd']],
  [
    'gone, restarted 4 minutes ago',
    inside(gone('nats')),
    restarted(1, 4),
    [/^note nats .* before 20:53 UTC/],
  ],
  ['gone, restarted 5 minutes ago', inside(gone('gateway')), restarted(1, 5), ['restart faasd']],
  ['gone, the second restart 9 minutes ago', inside(gone('gateway')), restarted(2, 9), [/^note /]],
  ['gone, the second restart 10 minutes ago', inside(gone('gateway')), restarted(2, 10), ['restart faasd']],
  ['gone, the tenth restart 29 minutes ago', inside(gone('gateway')), restarted(10, 29), [/^note /]],
  ['gone, the tenth restart 30 minutes ago', inside(gone('gateway')), restarted(10, 30), ['restart faasd']],
  ["somebody's own service gone", inside(gone('postgres')), {}, ['restart faasd']],
  ['and a restart did not help it', inside(gone('postgres')), restarted(1, 60), [/^note postgres is not/]],
  ['all core services gone: images are pulled', inside({ core: { gone: ['nats'], running: 0 } }), {}, []],
  [
    'all core services gone for long',
    inside({ core: { gone: ['nats'], running: 0 } }),
    { missing: { 'every core service': ago(4) } },
    ['restart faasd'],
  ],
  ['ctr fails', inside({ core: { unknown: 'ctr is not installed' } }), {}, [/^note .*ctr is not installed/]],
  ['the gateway refuses', inside(doors(refuses)), {}, ['restart faasd']],
  ['the gateway silent once', inside(doors(silent)), {}, []],
  ['the gateway silent twice', inside(doors(silent)), missing('the gateway'), ['restart faasd']],
  [
    'silent twice in one minute, by hand',
    inside(doors(silent)),
    { missing: { 'the gateway': ago(0.5) } },
    [],
  ],
  [
    'silent, and silent before the watcher was away',
    inside(doors(silent)),
    { ...missing('the gateway'), lastRun: ago(60) },
    [],
  ],
  ['a registry without password', inside(doors(well, { is: 'odd', how: 'is open' })), {}, [/^note the reg/]],
  [
    'functions behind a gateway that is away',
    inside({ ...doors(refuses), ...functions(dead) }),
    {},
    ['restart faasd'],
  ],
  ['functions behind a slow gateway', inside({ ...doors(silent), ...functions(dead) }), {}, []],
  ['a function dead, and no registry', inside({ ...doors(well, silent), ...functions(dead) }), {}, []],
  ['two functions dead', inside(functions(dead, dead)), {}, ['deploy webhook', 'deploy build']],
  [
    'a function dead a minute after its deploy',
    inside(functions(dead)),
    { deploys: { webhook: ago(1) } },
    [/^note the function webhook answers 500; it was just/],
  ],
  [
    'a function dead 2 minutes after',
    inside(functions(dead)),
    { deploys: { webhook: ago(2) } },
    ['deploy webhook'],
  ],
  [
    'a function with a failure of its own',
    inside(functions({ is: 'odd', how: 'answers 503' })),
    {},
    [/^note .*503/],
  ],

  ['the queue missed once', inside({ queue: missed() }), {}, []],
  ['the queue missed twice', inside({ queue: missed() }), DEAD_QUEUE, ['restart faasd']],
  [
    'missed twice, NATS stands still',
    inside({ queue: missed(7) }),
    { ...DEAD_QUEUE, ...queue(null, 7) },
    ['restart faasd'],
  ],
  [
    'missed twice, NATS delivers',
    inside({ queue: missed(8) }),
    { ...DEAD_QUEUE, ...queue(null, 7) },
    [/^note .*long/],
  ],
  [
    'missed twice, and never answered',
    inside({ queue: missed() }),
    { ...DEAD_QUEUE, ...queue(null, null, null) },
    [/^note .*no callback has ever come here: perhaps a firewall/],
  ],
  [
    'missed twice after the restart for it',
    inside({ queue: missed() }),
    { ...DEAD_QUEUE, ...queue('restarted'), ...restarted(1, 5) },
    ['move aside'],
  ],
  [
    'missed twice too soon after it',
    inside({ queue: missed() }),
    { ...DEAD_QUEUE, ...queue('restarted'), ...restarted(1, 3) },
    [/^note the queue is dead/],
  ],
  [
    'missed twice after the store was moved aside',
    inside({ queue: missed() }),
    { ...DEAD_QUEUE, ...queue('moved'), ...restarted(2, 10) },
    ['restart faasd'],
  ],
  ['the worker gone', WORKER, {}, ['restart faasd']],
  ['the worker gone again', WORKER, { ...queue('restarted'), ...restarted(1, 6) }, ['move aside']],
  [
    'all gone again: not the queue',
    inside(gone('queue-worker', 'nats', 'prometheus')),
    { ...queue('restarted'), ...restarted(1, 6) },
    ['restart faasd'],
  ],
  [
    'the front proxy gone while the queue is being cured',
    inside(gone('artefacto-front')),
    { ...queue('restarted'), ...restarted(1, 6) },
    ['restart faasd'],
  ],
  [
    'a queue that cannot be tried',
    inside({ queue: { is: 'unknown', how: 'no bridge' } }),
    {},
    [/^note .*bridge/],
  ],
  ['badge refuses the hint', inside({ queue: { is: 'answered', status: 401 } }), {}, [/^note badge refuses/]],
  ['badge was cold', inside({ queue: { is: 'answered', status: 500 } }), {}, []],

  ['faasd starts', { ...RUNNING, faasd: 'settling' }, {}, []],
  [
    'faasd starts for 6 minutes',
    { ...RUNNING, faasd: 'settling' },
    { unsettled: ago(6) },
    [/^note faasd does not come up: journalctl/],
  ],
  ['faasd failed', { ...RUNNING, faasd: 'failed' }, {}, ['restart faasd']],
  ['faasd-provider failed', { ...RUNNING, provider: 'failed' }, {}, ['restart faasd-provider']],
  ['somebody stopped faasd', { ...RUNNING, faasd: 'stopped' }, {}, [/^note faasd is stopped, and left/]],
  ['we stopped faasd', { ...RUNNING, faasd: 'stopped' }, { moving: true }, ['move aside']],

  ['port 8081 open', inside({}, { openPorts: [{ firewall: 'ip6tables' }] }), {}, ['close ip6tables']],
  [
    'port 8081 open while faasd starts',
    { ...RUNNING, faasd: 'settling', openPorts: [{ firewall: 'iptables' }] },
    {},
    ['close iptables'],
  ],
  [
    'a firewall that cannot be asked',
    inside({}, { openPorts: [{ firewall: 'iptables', how: 'no kernel module' }] }),
    {},
    [/^note .*no kernel module/],
  ],
  [
    'artefacto-ami with a network, while faasd starts',
    { ...RUNNING, faasd: 'settling', ami: { pid: 7, loose: ['a network'] } },
    {},
    ['confine 7'],
  ],
  ['artefacto-ami held', inside({}, { ami: { pid: 7, loose: [] } }), {}, []],
  [
    'artefacto-ami that cannot be looked at',
    inside({}, { ami: { how: 'nsenter is not installed' } }),
    {},
    [/^note .*nsenter is not installed/],
  ],
  [
    'a full disk',
    inside({}, { disks: [{ path: '/x', how: 'has 9 MiB left' }] }),
    {},
    ['note the disk of /x has 9 MiB left'],
  ],
]

const deciding = suite('decide')
for (const [title, seen, memory, expected] of table)
  deciding(`${title}: ${expected.length === 0 ? 'nothing' : String(expected)}`, () => {
    const found = decided(seen, memory)
    assert.is(found.length, expected.length, String(found))
    for (const [index, wanted] of expected.entries())
      if (typeof wanted === 'string') assert.is(found[index], wanted)
      else assert.match(found[index] ?? '', wanted)
  })
deciding.run()
