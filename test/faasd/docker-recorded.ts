import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { type Recorder, startRecorder } from './docker-recorder.ts'
import { exchange, openStage, type Stage, statusOf } from './docker-stage.ts'

/** The proxy in front of a recorder instead of an engine. */
export type Recorded = {
  stage: Stage
  recorder: Recorder
  /** Each of these requests is answered with one of `statuses`, and nothing gets through. */
  refuses(requests: string[], statuses?: number[]): Promise<void>
  end(): Promise<void>
}

export async function openRecorded(listen?: string): Promise<Recorded> {
  const folder = mkdtempSync(join(tmpdir(), 'artefacto-recorder-'))
  const socket = join(folder, 'docker.sock')
  const recorder = await startRecorder(socket)
  const stage = await openStage(socket, listen)
  return {
    stage,
    recorder,
    async refuses(requests, statuses = [403]) {
      for (const bytes of requests) {
        const answer = await exchange(stage, bytes, /\r\n\r\n/)
        const what = `${JSON.stringify(bytes.slice(0, 300))} got ${answer.slice(0, 300)}`
        assert.ok(statuses.includes(statusOf(answer)), what)
      }
      assert.equal(recorder.taken(), [])
    },
    async end() {
      await stage.end()
      await recorder.close()
      rmSync(folder, { recursive: true })
    },
  }
}
