import { createHash } from 'node:crypto'

/** A user as GitHub shows one everywhere; the id follows from the login. */
export function accountJson(api: string, login: string) {
  const url = `${api}/users/${login}`
  const digest = createHash('sha1').update(login.toLowerCase()).digest('hex')
  return {
    login,
    id: Number.parseInt(digest.slice(0, 7), 16),
    node_id: Buffer.from(`04:User${digest.slice(0, 7)}`).toString('base64'),
    avatar_url: `${api}/avatars/${login}`,
    gravatar_id: '',
    url,
    html_url: `${api.replace(/\/api\/v3$/, '')}/${login}`,
    followers_url: `${url}/followers`,
    following_url: `${url}/following{/other_user}`,
    gists_url: `${url}/gists{/gist_id}`,
    starred_url: `${url}/starred{/owner}{/repo}`,
    subscriptions_url: `${url}/subscriptions`,
    organizations_url: `${url}/orgs`,
    repos_url: `${url}/repos`,
    events_url: `${url}/events{/privacy}`,
    received_events_url: `${url}/received_events`,
    type: 'User',
    user_view_type: 'public',
    site_admin: false,
  }
}
