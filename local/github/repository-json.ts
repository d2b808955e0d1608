import { accountJson } from './account.ts'
import { defaultBranch, type Repository } from './repository.ts'

// The *_url templates make two thirds of a delivery's size; a receiver that caps bodies has to meet them.
const TEMPLATES = {
  forks_url: '/forks',
  keys_url: '/keys{/key_id}',
  collaborators_url: '/collaborators{/collaborator}',
  teams_url: '/teams',
  hooks_url: '/hooks',
  issue_events_url: '/issues/events{/number}',
  events_url: '/events',
  assignees_url: '/assignees{/user}',
  branches_url: '/branches{/branch}',
  tags_url: '/tags',
  blobs_url: '/git/blobs{/sha}',
  git_tags_url: '/git/tags{/sha}',
  git_refs_url: '/git/refs{/sha}',
  trees_url: '/git/trees{/sha}',
  statuses_url: '/statuses/{sha}',
  languages_url: '/languages',
  stargazers_url: '/stargazers',
  contributors_url: '/contributors',
  subscribers_url: '/subscribers',
  subscription_url: '/subscription',
  commits_url: '/commits{/sha}',
  git_commits_url: '/git/commits{/sha}',
  comments_url: '/comments{/number}',
  issue_comment_url: '/issues/comments{/number}',
  contents_url: '/contents/{+path}',
  compare_url: '/compare/{base}...{head}',
  merges_url: '/merges',
  archive_url: '/{archive_format}{/ref}',
  downloads_url: '/downloads',
  issues_url: '/issues{/number}',
  pulls_url: '/pulls{/number}',
  milestones_url: '/milestones{/number}',
  notifications_url: '/notifications{?since,all,participating}',
  labels_url: '/labels{/name}',
  releases_url: '/releases{/id}',
  deployments_url: '/deployments',
}

/** A repository as `GET /repos/{owner}/{repo}` and every delivery show it. */
export function repositoryJson(api: string, repository: Repository) {
  const { ledger, name, fullName, owner } = repository
  const url = `${api}/repos/${fullName}`
  // Not github.com: a link from here must not lead to a stranger's repository of the same name.
  const html = `${api.replace(/\/api\/v3$/, '')}/${fullName}`
  const templates = Object.entries(TEMPLATES).map(([key, path]) => [key, url + path])
  return {
    id: ledger.id,
    node_id: Buffer.from(`010:Repository${ledger.id}`).toString('base64'),
    name,
    full_name: fullName,
    private: ledger.private,
    owner: accountJson(api, owner),
    html_url: html,
    description: null,
    fork: false,
    url,
    ...(Object.fromEntries(templates) as Record<keyof typeof TEMPLATES, string>),
    created_at: ledger.created_at,
    updated_at: ledger.pushed_at,
    pushed_at: ledger.pushed_at,
    git_url: `${html}.git`,
    ssh_url: `${html}.git`,
    clone_url: `${html}.git`,
    svn_url: html,
    ...FEATURES,
    visibility: ledger.private ? 'private' : 'public',
    default_branch: defaultBranch(repository),
  }
}

const FEATURES = {
  homepage: null,
  size: 0,
  stargazers_count: 0,
  watchers_count: 0,
  language: null,
  has_issues: true,
  has_projects: true,
  has_downloads: true,
  has_wiki: false,
  has_pages: false,
  has_discussions: false,
  forks_count: 0,
  mirror_url: null,
  archived: false,
  disabled: false,
  open_issues_count: 0,
  license: null,
  allow_forking: true,
  is_template: false,
  web_commit_signoff_required: false,
  topics: [],
  forks: 0,
  open_issues: 0,
  watchers: 0,
}
