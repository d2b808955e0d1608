/** What probe/handler.js tells of a call. */
export type Given = {
  /** in notes only */
  moment?: 'begin' | 'end'
  method: string
  path: string
  query: Record<string, string | string[]>
  headers: Record<string, string | string[] | undefined>
  /** `bytes` for a Buffer, else its typeof */
  body: string
  length: number
  sha256: string
  /** the body if it is short */
  text: string
  pid: number
}
