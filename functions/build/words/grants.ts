/** What is said of build secrets and of the registries of base images: to operators and to those who merge. */

// Settings of stack.yml.
export const notGrant = (name: string, text: string) =>
  `${name}=${text}: write owner/repo:NAME or owner/*:NAME, separated by commas or spaces`

// The secrets themselves. Never with a word of what is in them.
export const notSecrets = 'the secret build-secrets is not a JSON object of texts'
export const notLogins = 'the secret base-registries is not JSON as in ~/.docker/config.json'
export const noLogin = (host: string) =>
  `the secret base-registries has no "auth" for ${host}, which base_registries names`

// What images.json or a Dockerfile asks for.
export const notAllowed = (service: string, name: string, repository: string) =>
  `${service}: the secret ${name} is not allowed to ${repository}; ask the operator (build_secrets)`
export const notThere = (service: string, name: string) =>
  `${service}: there is no secret ${name} in build-secrets; ask the operator`
export const tooShort = (service: string, name: string) =>
  `${service}: the secret ${name} is shorter than 4 characters and could not be kept out of logs; ask the operator`
export const closedBase = (image: string, host: string) =>
  `${image}: this repository may not use the password of ${host} (base_registries), and so names its images by tag, not by digest`
