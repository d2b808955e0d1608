// What the contract tests deploy: answers what it was given, and by words in the query does what a function may do.
const { createHash } = require('node:crypto')
const { setTimeout: sleep } = require('node:timers/promises')
const { gzipSync } = require('node:zlib')

/** What was given in calls with ?note=KEY, by KEY; read with ?notes=KEY. Gone when the process ends. */
const notes = new Map()

module.exports = async (event, context) => {
  const { query } = event
  if (query.notes !== undefined) return answer(context, notes.get(query.notes) ?? [])
  note(query.note, 'begin', event)
  if (query.sleep !== undefined) await sleep(Number(query.sleep))
  note(query.note, 'end', event)
  if (query.deaf !== undefined) process.on('SIGTERM', () => {})
  if (query.line !== undefined) console.log('x'.repeat(Number(query.line)))
  if (query.exit !== undefined) process.exit(Number(query.exit))
  if (query.throw !== undefined) throw new Error(query.throw)
  if (query.status !== undefined) context.status(Number(query.status))
  return answer(context.headers(headersOf(query.header)), given(event), query.answer)
}

function note(key, moment, event) {
  if (key !== undefined) notes.set(key, [...(notes.get(key) ?? []), { moment, ...given(event) }])
}

function given({ body, headers, method, path, query }) {
  const bytes = Buffer.isBuffer(body)
  return {
    method,
    path,
    query,
    headers,
    body: bytes ? 'bytes' : typeof body,
    length: bytes ? body.length : 0,
    sha256: bytes ? createHash('sha256').update(body).digest('hex') : '',
    text: bytes && body.length < 1000 ? body.toString('latin1') : '',
    pid: process.pid,
  }
}

// ?header=Name:Value, as often as wanted; one name given twice is sent twice.
function headersOf(given = []) {
  const headers = {}
  for (const [, name, value] of [given].flat().map((line) => line.match(/^([^:]+):(.*)$/))) {
    headers[name] = name in headers ? [headers[name], value].flat() : value
  }
  return headers
}

function answer(context, value, kind) {
  if (kind === 'nothing') return context.succeed()
  if (kind === 'text') return context.succeed('text')
  if (kind === 'gzip') {
    return context.headers({ 'Content-Encoding': 'gzip' }).succeed(gzipSync('inflated'))
  }
  if (kind === 'svg') {
    const headers = { ...context.headers(), 'Content-Type': 'image/svg+xml; charset=utf-8', ETag: '"svg"' }
    return context.headers(headers).succeed(Buffer.from('<svg xmlns="http://www.w3.org/2000/svg">é</svg>'))
  }
  context.headers({ 'Content-Type': 'application/json', ...context.headers() })
  return context.succeed(JSON.stringify(value))
}
