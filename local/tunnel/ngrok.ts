import type { TunnelProgram } from './program.ts'

/** ngrok's agent: needs an account, whose token it reads from NGROK_AUTHTOKEN or its own configuration. */
export const ngrok: TunnelProgram = {
  name: 'ngrok',
  getIt: `Debian and Ubuntu do not have it. Install it from https://ngrok.com/download, and tell it your authtoken:
ngrok config add-authtoken … (or NGROK_AUTHTOKEN in the environment)`,
  args: (port) => ['http', `127.0.0.1:${port}`, '--log', 'stdout', '--log-format', 'json'],
  addressIn: (line) => {
    const { msg, url } = entryOf(line)
    return msg === 'started tunnel' && typeof url === 'string' ? url.replace(/\/$/, '') : undefined
  },
  standsBy: (line) => entryOf(line).msg === 'started tunnel',
  complaintIn: (line) => {
    const { lvl, err } = entryOf(line)
    const worded = typeof err === 'string' && (lvl === 'eror' || lvl === 'crit') ? err : undefined
    const complaint = worded ?? /^ERROR: +(?!Sign up|Install|ERR_|https:)(\S.*)$/.exec(line)?.[1]
    return complaint === undefined || complaint === '<nil>' ? undefined : firstAndCode(complaint)
  },
}

function entryOf(line: string): Record<string, unknown> {
  try {
    return Object(JSON.parse(line)) as Record<string, unknown>
  } catch {
    return {}
  }
}

// ngrok's errors are several lines: what happened, what to do, and at last a code that can be looked up. The token
// that is quoted between them is nobody's business.
function firstAndCode(text: string): string {
  const code = /ERR_NGROK_\d+/.exec(text)?.[0]
  const first = text.split(/\r?\n/)[0]?.trim() ?? ''
  return code === undefined || first.includes(code) ? first : `${first} (${code})`
}
