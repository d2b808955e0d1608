import type { TunnelProgram } from './program.ts'

/**
 * A quick tunnel of Cloudflare: no account, another address at each start
 * (github.com/cloudflare/cloudflared, cmd/cloudflared/tunnel/quick_tunnel.go).
 */
export const cloudflared: TunnelProgram = {
  name: 'cloudflared',
  getIt: `Debian and Ubuntu do not have it. Install it from Cloudflare's own packages, https://pkg.cloudflare.com
(the steps are there), or put the one file from https://github.com/cloudflare/cloudflared/releases
on your PATH. Or take ngrok: --tunnel-with ngrok`,
  // The ingress rules of a person's own configuration file would win over --url.
  args: (port) => [
    'tunnel',
    '--no-autoupdate',
    ...['--config', '/dev/null'],
    ...['--url', `http://127.0.0.1:${port}`],
  ],
  // The address stands alone in a line of a box; other lines name addresses that are not ours.
  addressIn: (line) => / INF \| +(https?:\/\/[^\s/]+) +\|$/.exec(line)?.[1],
  standsBy: (line) => /Registered tunnel connection|Connection \S+ registered/.test(line),
  complaintIn: (line) => {
    if (line.includes('429 Too Many Requests')) {
      return 'Cloudflare answers 429 Too Many Requests: wait some minutes, or take --tunnel-with ngrok'
    }
    // What follows that line says only that its answer was no JSON.
    if (line.startsWith('failed to unmarshal quick Tunnel')) return undefined
    return / ERR +(.*\berror=.*?)(?: event=\d+)?$/.exec(line)?.[1] ?? /^failed to .+$/.exec(line)?.[0]
  },
}
