/** How one field of a record is written as an annotation, which can only be text. */
export type FieldForm = 'text' | 'number' | 'json'

const PREFIX = 'artefacto.'

/** The fields of a record as annotations `artefacto.<field>`; undefined ones are left out. */
export function toAnnotations(fields: Record<string, FieldForm>, record: object): Record<string, string> {
  const values = record as Record<string, unknown>
  const written = Object.entries(fields).filter(([name]) => values[name] !== undefined)
  return Object.fromEntries(
    written.map(([name, form]) => [
      `${PREFIX}${name}`,
      form === 'json' ? JSON.stringify(values[name]) : String(values[name]),
    ]),
  )
}

/** The reverse. Annotations of others, or of a newer artefacto, are left alone. */
export function fromAnnotations(
  fields: Record<string, FieldForm>,
  annotations: Record<string, string>,
): Record<string, unknown> {
  const found = Object.entries(fields).filter(([name]) => annotations[`${PREFIX}${name}`] !== undefined)
  return Object.fromEntries(
    found.map(([name, form]) => {
      const text = String(annotations[`${PREFIX}${name}`])
      return [name, form === 'text' ? text : form === 'number' ? Number(text) : JSON.parse(text)]
    }),
  )
}
