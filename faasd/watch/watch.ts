import { join } from 'node:path'
import { livingPid } from '../../local/pid-file.ts'
import { act } from './act.ts'
import { decide } from './decide.ts'
import { line } from './line.ts'
import { type Memory, readMemory, writeMemory } from './memory.ts'
import { observe } from './observe.ts'
import { readPlaces } from './places.ts'

/**
 * One run: catch up, look, decide, act, remember. Says what it found wrong and what it does, nothing when all is
 * well. While an installer works on the box, nothing happens at all.
 */
export async function watch(folder: string, say: (line: string) => void): Promise<void> {
  const places = readPlaces(folder)
  const installing = () => livingPid(join(folder, 'install.lock')) !== undefined
  if (installing()) return
  const seen = await observe(places)
  const { actions, notes, memory } = decide(seen, readMemory(folder), Date.now())
  // An installer that came meanwhile has done what we saw.
  if (installing()) return
  for (const note of notes) say(line(note))
  // Before anything is done: a run that is cut off must not be followed by one that does it all again.
  writeMemory(folder, memory)
  for (const action of actions) {
    say(line(action.say))
    const done: Memory['done'][number] = { at: Date.now(), what: line(action.say) }
    try {
      await act(action, places.box)
      if (action.do === 'move aside') memory.moving = false
    } catch (error) {
      done.failed = line((error as Error).message)
      say(line(`that failed: ${done.failed}`))
    }
    memory.done.unshift(done)
    writeMemory(folder, memory)
  }
}
