import type { Branches } from '../shared/branches.ts'
import { type Html, html } from './html.ts'

/** The branch that a page is of, among those that there are. */
export type Place = { branch: string; branches: Branches }

/** What the address of a badge or a page ends with. The first branch is meant where nothing is said. */
export function branchQuery({ branch, branches }: Place): string {
  return branch === branches[0] ? '' : `?branch=${encodeURIComponent(branch)}`
}

/** The way to the same page of the other branches; nothing where there is but one. */
export function branchLinks(address: string, { branch, branches }: Place): Html | undefined {
  if (branches.length === 1) return undefined
  const link = (one: string) =>
    one === branch
      ? html`<b aria-current="true">${one}</b> `
      : html`<a href="${address}${branchQuery({ branch: one, branches })}">${one}</a> `
  return html`<nav class="soft" aria-label="Branches">Branch: ${branches.map(link)}</nav>`
}
