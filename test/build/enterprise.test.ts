import { buffer } from 'node:stream/consumers'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { openGitHub } from '../../functions/build/github.ts'
import { githubTransport } from '../../functions/build/github-transport.ts'
import { openLfs } from '../../functions/build/lfs.ts'
import { callHttp } from '../../functions/shared/http-call.ts'
import type { Secrets } from '../../functions/shared/secrets.ts'
import { makeAuthority, makeLeaf } from '../../registry/certificates.ts'
import { withHub } from '../local/github/hub.ts'
import { failureOf } from '../support/failure-of.ts'
import { accessTo, holding, TOKEN } from './asking-github.ts'

const [corp, other] = await Promise.all([
  makeAuthority(new Date(), 'Corp'),
  makeAuthority(new Date(), 'Other'),
])
const tls = await makeLeaf(corp, ['127.0.0.1'], new Date())

const enterprise = suite('GitHub Enterprise Server')
enterprise(
  'is asked below its path, and shown the token nowhere else on its host',
  withHub({ enterprise: true, token: TOKEN }, async (hub) => {
    await hub.create('acme/vault', { files: { a: '1' } }, { private: true })
    const github = openGitHub(githubTransport(accessTo(hub.url, holding(TOKEN))))
    const { sha } = (await github.commit('acme/vault', 'develop')) ?? { sha: '' }
    assert.ok((await buffer(await github.tarball('acme/vault', sha))).length > 0)
    const seen = hub.requests.map(({ path, headers }) => [path.replace(/\?.*/, ''), headers.authorization])
    assert.equal(seen, [
      ['/api/v3/repos/acme/vault/commits/develop', `Bearer ${TOKEN}`],
      [`/api/v3/repos/acme/vault/tarball/${sha}`, `Bearer ${TOKEN}`],
      [`/_codeload/acme/vault/legacy.tar.gz/${sha}`, undefined],
    ])
  }),
)
enterprise(
  'leads to a renamed repository below its path, with the token',
  withHub({ enterprise: true, token: TOKEN }, async (hub) => {
    await hub.rename('acme/shop', 'acme/store')
    const github = openGitHub(githubTransport(accessTo(hub.url, holding(TOKEN))))
    assert.is((await github.repository('acme/shop'))?.full_name, 'acme/store')
    const last = hub.requests.at(-1)
    assert.equal(
      [last?.path, last?.headers.authorization],
      [`/api/v3/repositories/${hub.id('acme/store')}`, `Bearer ${TOKEN}`],
    )
  }),
)
enterprise(
  'has Git LFS beside the pages, and is shown the token there',
  withHub({ enterprise: true, token: TOKEN }, async (hub) => {
    const lfs = openLfs({ githubUrl: hub.web, githubApiUrl: hub.url }, accessTo(hub.url, holding(TOKEN)))
    await lfs.find('acme/shop', [{ oid: '0'.repeat(64), size: 1 }])
    const last = hub.requests.at(-1)
    assert.is(last?.path, '/acme/shop.git/info/lfs/objects/batch')
    assert.match(String(last?.headers.authorization), /^Basic /)
  }),
)
enterprise.run()

/** A GitHub whose certificate is Corp's, and what build has as `github-ca`. */
function withOwn(
  work: (stage: {
    ca: { text: string | undefined }
    url: string
    ask: () => Promise<unknown>
  }) => Promise<void>,
) {
  return withHub({ enterprise: true, tls }, async (hub) => {
    const ca = { text: undefined as string | undefined }
    const secrets: Secrets = {
      ...holding(TOKEN),
      find: async (name) => (name === 'github-ca' ? ca.text : undefined),
    }
    const github = openGitHub(githubTransport(accessTo(hub.url, secrets)))
    const ask = async () => {
      const { sha } = (await github.commit('acme/shop', 'develop')) ?? { sha: '' }
      return (await buffer(await github.tarball('acme/shop', sha))).length > 0
    }
    await work({ ca, url: hub.url, ask })
  })
}
const trusting = suite('a GitHub with an authority of its own')
trusting(
  'is not asked where nobody vouches for it, and the sentence says what to do',
  withOwn(async ({ ca, ask }) => {
    for (const text of [undefined, other.cert]) {
      ca.text = text
      const failure = await failureOf(ask)
      assert.is(failure.code, 'github_down')
      assert.match(
        failure.message,
        /^nobody that is trusted vouches for GitHub's certificate \([A-Z_]+\): put its CA into github-ca$/,
      )
    }
  }),
)
trusting(
  'is asked with github-ca, tarballs too, as soon as that is there, among others in one file',
  withOwn(async ({ ca, ask }) => {
    ca.text = `Other\n${other.cert}\nCorp\n${corp.cert}`
    assert.is(await ask(), true)
    ca.text = corp.cert
    assert.is(await ask(), true)
  }),
)
trusting(
  'is trusted by nothing else that build calls',
  withOwn(async ({ ca, url, ask }) => {
    ca.text = corp.cert
    assert.is(await ask(), true)
    const { code } = (await callHttp(url, { method: 'GET' }).catch((error) => error)) as { code?: string }
    assert.match(String(code), /SELF_SIGNED|UNABLE_TO/)
  }),
)
for (const [title, text] of [
  ['has no certificate', 'corp.example'],
  ['is broken', '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----'],
] as const)
  trusting(
    `is not asked while github-ca ${title}`,
    withOwn(async ({ ca, ask }) => {
      ca.text = text
      const failure = await failureOf(ask)
      assert.equal([failure.code, failure.state], ['secret_missing', 'error'])
      assert.match(failure.message, /^the secret github-ca has a certificate that cannot be read, or none/)
    }),
  )
trusting.run()
