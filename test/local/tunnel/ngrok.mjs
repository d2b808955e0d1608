// What ngrok 3 prints with --log stdout --log-format json, with a port of this machine for the public address.
import { readFileSync } from 'node:fs'
import { connect, createServer } from 'node:net'

const mode = readFileSync(process.env.STAND_IN_MODE, 'utf8')
const t = () => new Date().toISOString()
const print = (entry) => process.stdout.write(`${JSON.stringify({ ...entry, t: t() })}\n`)

print({ lvl: 'info', msg: 'no configuration paths supplied' })
print({ addr: '127.0.0.1:4040', allow_hosts: null, lvl: 'info', msg: 'starting web service', obj: 'web' })
if (mode === 'no-token') {
  const lines = [
    'authentication failed: Usage of ngrok requires a verified account and authtoken.',
    '',
    'Sign up for an account: https://dashboard.ngrok.com/signup',
    'Install your authtoken: https://dashboard.ngrok.com/get-started/your-authtoken',
  ]
  const err = `${lines.join('\n')}\r\n\r\nERR_NGROK_4018\r\n`
  print({ err, lvl: 'eror', msg: 'failed to reconnect session', obj: 'tunnels.session' })
  print({ err, lvl: 'eror', msg: 'session closing', obj: 'tunnels.session' })
  for (const line of [...lines, '', 'ERR_NGROK_4018', 'https://ngrok.com/docs/errors/err_ngrok_4018', '']) {
    process.stderr.write(`ERROR:  ${line}\n`)
  }
  process.exit(1)
}
const [host, port] = process.argv[process.argv.indexOf('http') + 1].split(':')
const server = createServer((outside) => {
  const inside = connect(Number(port), host)
  outside.pipe(inside).pipe(outside)
  outside.on('error', () => inside.destroy())
  inside.on('error', () => outside.destroy())
})
server.listen(0, '127.0.0.1', () => {
  const url = `http://127.0.0.1:${server.address().port}`
  print({ lvl: 'info', msg: 'client session established', obj: 'tunnels.session' })
  print({
    addr: `http://${host}:${port}`,
    lvl: 'info',
    msg: 'started tunnel',
    name: 'command_line',
    obj: 'tunnels',
    url,
  })
})
