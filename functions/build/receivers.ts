import type { Secrets } from '../shared/secrets.ts'

/** Who is told of merges. The URL may hold a secret (Slack's do): `name` is what may be shown of it. */
export type Receiver = { url: string; name: string }

/** The receivers in the secret notify-urls, and the numbers of lines that are none. None where there is no secret. */
export async function receiversIn(secrets: Secrets): Promise<{ receivers: Receiver[]; wrong: number[] }> {
  const text = (await secrets.find('notify-urls')) ?? ''
  const lines = text.split('\n').map((line, index) => ({ url: line.trim(), number: index + 1 }))
  const written = lines.filter(({ url }) => url !== '')
  const receivers = written.filter(isUrl).map(({ url, number }) => ({ url, name: nameOf(url, number) }))
  return { receivers, wrong: written.filter((line) => !isUrl(line)).map(({ number }) => number) }
}

function isUrl({ url }: { url: string }): boolean {
  return /^https?:\/\//i.test(url) && URL.canParse(url)
}

function nameOf(url: string, number: number): string {
  return `${new URL(url).host} (line ${number} of notify-urls)`
}
