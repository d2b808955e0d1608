/**
 * Whether the allow-list lets a repository in: exact names or `owner/*`, without regard to case as on GitHub.
 * An empty list lets in any that signs.
 */
export function allowed(repositories: readonly string[], fullName: string): boolean {
  const name = fullName.toLowerCase()
  const fits = (entry: string) =>
    entry.endsWith('/*') ? name.startsWith(entry.slice(0, -1)) : name === entry
  return repositories.length === 0 || repositories.some((entry) => fits(entry.toLowerCase()))
}

/** The exact names in the allow-list: the ones that can be asked about without a delivery. */
export function exactNames(repositories: readonly string[]): string[] {
  return repositories.filter((entry) => !entry.endsWith('/*'))
}
