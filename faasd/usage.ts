export const USAGE = `sudo npm run faasd -- [options]      install artefacto on this faasd box, or bring it up to date

  --dry-run               say what would change, and change nothing
  --remove                take back all that was added; images, history and secrets stay in /var/lib/artefacto

What is said once is kept for the next time:
  --repositories LIST     owner/name or owner/*, separated by commas; empty: every repository that signs
  --branch NAMES          the branches whose merges are built, separated by spaces (develop)
  --public-url URL        what links begin with                                   (http://127.0.0.1:PORT)
  --certificate FILE      PEM with chain and key: the front proxy speaks TLS on all addresses; off: loopback only
  --port N                port of the front proxy                                 (443 with a certificate, else 8090)
  --pull NAME[:PORT]      name or address by which other computers pull; off      (off; port 5443)
  --pages WHO             public or private: who sees histories and logs          (private)
  --github-token FILE     a token for private repositories; - reads it from the input
  --github-app ID         a GitHub App in its place; empty: none
  --github-app-key FILE   its private key; - reads it from the input
  --github-ca FILE        the CA of a GitHub of your own; - reads it from the input
  --github-api-url URL    GitHub Enterprise, or another one                       (https://api.github.com)
  --ami, --no-ami         the service that makes bootable disks: type AMI         (no)
  --aws-region NAME       where AMIs are registered, such as eu-central-1; empty: nowhere
  --aws-credentials FILE  an access key as in ~/.aws/credentials, profile default; - reads it from the input
  --build-secrets LIST    which builds may read which secret: owner/name:SECRET or owner/*:SECRET
  --base-registries LIST  which builds may pull from which private registry: owner/name:HOST or owner/*:HOST
  --engine-cache SIZE     what the engine's build cache may come to, such as 20g; empty: it is left alone
  --notify-urls FILE      who is told how merges end, one URL a line; - reads them from the input`

/** A wrong word, with what may be said. */
export function refused(sentence: string): Error {
  return new Error(`${sentence}\n\n${USAGE}`)
}
