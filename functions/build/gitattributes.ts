import { posix } from 'node:path'

/** Whether a file says what git does with others (https://git-scm.com/docs/gitattributes). */
export function isAttributes(path: string): boolean {
  return posix.basename(path) === '.gitattributes'
}

/** What people look at, and line ends as they are: nothing of it changes what `git archive` writes. */
const HARMLESS = /^[-!]?(?:text|binary|diff|merge|whitespace|linguist-[a-z-]+)(?:=[^=]*)?$|^eol=lf$/

/**
 * Whether an archive has the files and bytes that git has, as far as these attributes go. Others may leave files out,
 * write line ends, or put a commit's name in: what is not known to be harmless is not.
 */
export function changesNothing(text: string): boolean {
  return text.split(/\r?\n/).every((line) => {
    const [pattern = '', ...attributes] = line.trim().split(/[ \t]+/)
    // A quoted pattern may have spaces, and a macro stands for others.
    return /^$|^#/.test(pattern) || (!/^["[]/.test(pattern) && attributes.every((one) => HARMLESS.test(one)))
  })
}
