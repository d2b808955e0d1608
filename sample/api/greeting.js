/** What the api says, and which container says it. */
export function greet(name, host) {
  return { greeting: `Hello, ${name || 'world'}`, host }
}
