// What cloudflared 2026.8.2 prints (built from its source, run without the internet and against a quick service of
// our own), with a port of this machine for the public address, and the bytes really forwarded.
import { readFileSync } from 'node:fs'
import { connect, createServer } from 'node:net'

const mode = readFileSync(process.env.STAND_IN_MODE, 'utf8')
const args = process.argv.slice(2)
const time = () => new Date().toISOString().replace(/\.\d+Z$/, 'Z')
const print = (level, text) => process.stderr.write(`${time()} ${level} ${text}\n`)
const failed = (text) => {
  process.stderr.write(`${text}\n`)
  process.exit(1)
}

if (args.includes('/dev/null')) print('ERR', 'Configuration file /dev/null was empty')
print(
  'INF',
  'Thank you for trying Cloudflare Tunnel. Doing so, without a Cloudflare account, is a quick way to experiment and try it out. However, be aware that these account-less Tunnels have no uptime guarantee, are subject to the Cloudflare Online Services Terms of Use (https://www.cloudflare.com/website-terms/), and Cloudflare reserves the right to investigate your use of Tunnels for violations of such terms. If you intend to use Tunnels in production you should use a pre-created named tunnel by following: https://developers.cloudflare.com/cloudflare-one/connections/connect-apps',
)
print('INF', 'Requesting new quick Tunnel on trycloudflare.com...')
if (mode === 'offline') {
  failed(
    'failed to request quick Tunnel: Post "https://api.trycloudflare.com/tunnel": dial tcp: lookup api.trycloudflare.com on 10.255.255.53:53: no such host',
  )
}
if (mode === 'busy') {
  print(
    'ERR',
    'Error unmarshaling QuickTunnel response: error code: 1015 error="invalid character \'e\' looking for beginning of value" status_code="429 Too Many Requests"',
  )
  failed("failed to unmarshal quick Tunnel: invalid character 'e' looking for beginning of value")
}

const to = new URL(args[args.indexOf('--url') + 1])
// SIGUSR2: the edge has forgotten the tunnel, and the program does not know.
let forgotten = false
process.on('SIGUSR2', () => {
  forgotten = true
})
const server = createServer((outside) => {
  if (forgotten) {
    outside.on('error', () => {})
    return outside.end('HTTP/1.1 530 \r\nContent-Length: 16\r\nConnection: close\r\n\r\nerror code: 1033')
  }
  const inside = connect(Number(to.port), to.hostname)
  outside.pipe(inside).pipe(outside)
  outside.on('error', () => inside.destroy())
  inside.on('error', () => outside.destroy())
})
server.listen(0, '127.0.0.1', () => {
  const address = `http://127.0.0.1:${server.address().port}`
  const line = `+${'-'.repeat(92)}+`
  print('INF', line)
  print(
    'INF',
    '|  Your quick Tunnel has been created! Visit it at (it may take some time to be reachable):  |',
  )
  print('INF', `|  ${address.padEnd(88)}  |`)
  print('INF', line)
  print('INF', 'Version 2026.8.2')
  if (mode === 'no-edge') {
    print(
      'ERR',
      'edge discovery: error looking up Cloudflare edge IPs: the DNS query failed error="lookup _v2-origintunneld._tcp.argotunnel.com on 10.255.255.53:53: no such host" event=0',
    )
    print('ERR', '      https://developers.cloudflare.com/1.1.1.1/setting-up-1.1.1.1/ event=0')
    process.exit(1)
  }
  print('INF', 'Starting metrics server on 127.0.0.1:20241/metrics')
  print(
    'INF',
    'Registered tunnel connection connIndex=0 connection=8a1f4e30-daef-4c41-ae2a-cb2172f39b4e event=0 ip=198.41.200.13 location=fra08 protocol=quic',
  )
})
