/** A service and what its badge says. */
export type Shown = { name: string; message: string }

/** What the badges say, as README's readers will see them. */
export async function shown(gatewayUrl: string, services: string[]): Promise<Shown[]> {
  return Promise.all(
    services.map(async (name) => {
      const answer = await fetch(`${gatewayUrl}/function/badge/${name}.json`)
      return { name, message: ((await answer.json()) as { message: string }).message }
    }),
  )
}
