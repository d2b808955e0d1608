import { type Ami, startAmi } from '../../local/ami.ts'
import { type Journey, openJourney } from './journey.ts'

export { box, boxImages, busybox, untestedBox } from './box-files.ts'

/** A journey with the service ami, which may be stopped and started again. */
export async function openAmiJourney(
  more: Record<string, string> = {},
): Promise<Journey & { ami: { start(): Promise<void>; stop(): Promise<void> } }> {
  const world = await openJourney(({ state }) => ({
    build: { ami_host: `unix://${state.folder}/ami/share/ami.sock`, ...more },
  }))
  let running: Ami | undefined
  const ami = {
    async start() {
      running = await startAmi({ state: world.state, engine: world.engine, say: () => {} })
    },
    async stop() {
      await running?.stop()
      running = undefined
    },
  }
  await ami.start()
  return {
    ...world,
    ami,
    async close() {
      await ami.stop()
      await world.close()
    },
  }
}
