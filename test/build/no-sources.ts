import type { Sources } from '../../functions/build/sources.ts'

const never = () => {
  throw new Error('nothing is asked for where there are no submodules, and nothing lies in Git LFS')
}

/** For repositories that are whole in their tarball. */
export const NO_SOURCES: Sources = { submodule: never, contents: never }
