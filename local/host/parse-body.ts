import { RefusedBody } from './refused-body.ts'

/**
 * `event.body` as the template hands it over: with `raw` the bytes (none announced: `undefined`), otherwise text for
 * text/*, a value for application/json, `undefined` for anything else. Throws RefusedBody (400) for JSON that
 * is none.
 */
export function parseBody(bytes: Buffer | undefined, contentType: string, raw: boolean): unknown {
  if (bytes === undefined) return undefined
  const type = contentType.split(';')[0]?.trim().toLowerCase() ?? ''
  // body-parser's "*/*" still wants a media type: with "nonsense" the template hands over no body at all.
  if (!/^[^\s/]+\/[^\s/]+$/.test(type)) return undefined
  if (raw) return bytes
  if (type.startsWith('text/')) return bytes.toString('utf8')
  return type === 'application/json' ? parseJson(bytes.toString('utf8')) : undefined
}

// body-parser is strict: an empty body is {}, and the outermost value is an object or an array.
function parseJson(text: string): unknown {
  if (text === '') return {}
  const value = attempt(text)
  if (typeof value === 'object' && value !== null) return value
  throw new RefusedBody(400, 'SyntaxError', 'the body is not a JSON object or array')
}

function attempt(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new RefusedBody(400, 'SyntaxError', (error as Error).message)
  }
}
