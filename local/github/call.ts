import type { Repository } from './repository.ts'
import type { Rights } from './rights.ts'
import type { Site } from './site.ts'

/** One API request as a value; `parameters` are the path's, decoded, in the order of the path. */
export type Call = {
  site: Site
  /** Its path is below the API's root. */
  url: URL
  parameters: string[]
  headers: Record<string, string | string[] | undefined>
  body: Buffer
  /** Whether the request carried a token that is accepted. */
  signedIn: boolean
  /** What that token may do. */
  rights: Rights | undefined
}

/** A call about a repository that the caller may see; `parameters` are those after owner and name. */
export type RepositoryCall = Call & { repository: Repository }

/** Which page of a list is asked for: GitHub's 30 a page, at most 100. */
export function pageOf(query: URLSearchParams): { size: number; page: number } {
  const size = positive(query.get('per_page')) ?? 30
  return { size: Math.min(size, 100), page: positive(query.get('page')) ?? 1 }
}

/** GitHub's `Link` header for one page of a list of `total` items; none when everything is on one page. */
export function linkHeader({ site, url }: Pick<Call, 'site' | 'url'>, total: number): Record<string, string> {
  const { size, page } = pageOf(url.searchParams)
  const last = Math.max(Math.ceil(total / size), 1)
  const to = (number: number, rel: string) => {
    const there = new URL(`${site.api}${url.pathname}${url.search}`)
    there.searchParams.set('page', String(number))
    return `<${there}>; rel="${rel}"`
  }
  const back = page > 1 ? [to(page - 1, 'prev')] : []
  const forth = page < last ? [to(page + 1, 'next'), to(last, 'last')] : []
  const first = page > 1 ? [to(1, 'first')] : []
  const links = [...back, ...forth, ...first]
  return links.length === 0 ? {} : { link: links.join(', ') }
}

function positive(value: string | null): number | undefined {
  const number = Number(value)
  return Number.isInteger(number) && number > 0 ? number : undefined
}
