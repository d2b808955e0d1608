import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { stepLog } from '../../functions/build/step-log.ts'
import { decodeTrace } from '../../functions/build/trace.ts'
import { type Step, status } from './build-status.ts'

type Message = [steps: Step[], outputs?: [string, string | Buffer][]]

/** The log after all of the messages. */
function logOf(...messages: Message[]): string {
  const say = stepLog()
  return messages.map(([steps, outputs]) => say(decodeTrace(status(steps, outputs)))).join('')
}
const begun = (digest: string, name: string): Step => ({ digest, name, started: 1_000 })
const done = (digest: string, name: string): Step => ({ ...begun(digest, name), completed: 2_250 })
const euro = Buffer.from('€')

const CASES: Record<string, [messages: Message[], log: string]> = {
  'numbers steps in the order in which they appear, and keeps the numbers': [
    [[[begun('a', 'FROM base')]], [[begun('b', 'COPY')]], [[done('b', 'COPY'), done('a', 'FROM base')]]],
    '#1 FROM base\n#2 COPY\n#2 DONE 1.3s\n#1 DONE 1.3s\n',
  ],
  'says each beginning and each end once': [
    [[[done('a', 'COPY')]], [[done('a', 'COPY')]]],
    '#1 COPY\n#1 DONE 1.3s\n',
  ],
  'says CACHED of a step that was not run': [
    [[[{ ...begun('a', 'COPY'), cached: true, completed: 1_000 }]]],
    '#1 COPY\n#1 CACHED\n',
  ],
  'says how a step failed': [
    [[[begun('a', 'RUN false')]], [[{ ...done('a', 'RUN false'), error: 'exit code: 1' }]]],
    '#1 RUN false\n#1 ERROR: exit code: 1\n',
  ],
  'heads each line that a step prints with its number': [
    [
      [
        [begun('a', 'RUN one'), begun('b', 'RUN two')],
        [
          ['b', 'x\ny\n'],
          ['a', 'z\n'],
        ],
      ],
    ],
    '#1 RUN one\n#2 RUN two\n#2 x\n#2 y\n#1 z\n',
  ],
  'keeps lines together that come in pieces, each step its own': [
    [
      [
        [begun('a', 'RUN one'), begun('b', 'RUN two')],
        [
          ['a', 'he'],
          ['b', 'wor'],
        ],
      ],
      [
        [],
        [
          ['a', 'llo\n'],
          ['b', 'ld\n'],
        ],
      ],
    ],
    '#1 RUN one\n#2 RUN two\n#1 hello\n#2 world\n',
  ],
  'keeps characters together that come in pieces': [
    [
      [[begun('a', 'RUN')], [['a', euro.subarray(0, 1)]]],
      [
        [],
        [
          ['a', euro.subarray(1)],
          ['a', '\n'],
        ],
      ],
    ],
    '#1 RUN\n#1 €\n',
  ],
  'keeps empty lines': [[[[begun('a', 'RUN')], [['a', '\n\nx\n']]]], '#1 RUN\n#1 \n#1 \n#1 x\n'],
  'ends a last line that has no end, before it says that the step has': [
    [[[begun('a', 'RUN')], [['a', 'no newline']]], [[done('a', 'RUN')]]],
    '#1 RUN\n#1 no newline\n#1 DONE 1.3s\n',
  ],
  'shows bytes that are not UTF-8 as the sign for that': [
    [[[begun('a', 'RUN')], [['a', Buffer.from([0x66, 0xff, 0x0a])]]]],
    '#1 RUN\n#1 f\ufffd\n',
  ],
  'keeps control characters as they are': [
    [[[begun('a', 'RUN')], [['a', '\u001b[31mred\u0000\r\n']]]],
    '#1 RUN\n#1 \u001b[31mred\u0000\r\n',
  ],
  'does not show a time below nothing where clocks differ': [
    [[[{ digest: 'a', name: 'RUN', started: 5_000, completed: 4_000 }]]],
    '#1 RUN\n#1 DONE 0.0s\n',
  ],
}

const steps = suite('stepLog')
for (const [title, [messages, log]] of Object.entries(CASES))
  steps(title, () => assert.is(logOf(...messages), log))
steps('says nothing of a message without news', () => assert.is(logOf([[]]), ''))
steps.run()
