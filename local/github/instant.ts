/** A time as GitHub writes it: UTC, whole seconds, `2026-01-31T12:00:00Z`. */
export function instant(time: Date | number): string {
  return new Date(time).toISOString().replace(/\.\d+Z$/, 'Z')
}
