import { readBranches } from '../shared/branches.ts'
import { count, duration, type Environment, expression, list, size, url } from '../shared/environment.ts'
import { readGrants } from './grant.ts'

export type Config = ReturnType<typeof readConfig>

/** Everything that the environment decides about build (defaults as in stack.yml). */
export function readConfig(env: Environment) {
  const registry = env.registry || '127.0.0.1:5000'
  return Object.freeze({
    branches: readBranches(env),
    repositories: list(env, 'repositories'),
    githubApiUrl: url(env, 'github_api_url', 'https://api.github.com'),
    /** The number of a GitHub App, or its client id; empty: there is none. */
    githubAppId: env.github_app_id || '',
    /** Where people look at repositories. */
    githubUrl: url(env, 'github_url', 'https://github.com'),
    /** The name that the Docker Engine pushes to. */
    registry,
    /** The registry as this function reaches it. */
    registryUrl: url(env, 'registry_url', 'https://artefacto-registry:5000'),
    /** The name that people pull from. */
    registryPull: env.registry_pull || registry,
    /** The Docker Engines that build, each once. */
    dockerHosts: [...new Set(list(env, 'docker_host', 'tcp://artefacto-docker:2376'))],
    /** The service that makes the disks of type AMI: unix:///… or tcp://host:port; empty: there is none. */
    amiHost: env.ami_host || '',
    /** Where AMIs are registered, if there are aws-credentials. */
    awsRegion: env.aws_region || '',
    gatewayUrl: url(env, 'gateway_url', 'http://gateway:8080'),
    publicUrl: url(env, 'public_url', 'http://127.0.0.1:8080'),
    /** On each engine. */
    maxBuilds: count(env, 'max_builds', 2),
    /** ms that a method call waits at most. */
    syncWait: duration(env, 'sync_wait', '45s'),
    /** ms that one service's build may take. */
    buildTimeout: duration(env, 'build_timeout', '20m'),
    /** Bytes that an image's layers may have as stored; undefined: any number. */
    imageSize: size(env, 'image_size'),
    /** Bytes that the engine's build cache may keep; undefined: it is left alone. */
    engineCache: size(env, 'engine_cache'),
    mutableTags: expression(env, 'mutable_tags', '^(latest|dev|.*-SNAPSHOT)$'),
    /** Which secrets of build-secrets a repository's builds may read. */
    buildSecrets: readGrants(env, 'build_secrets'),
    /** Which hosts of base-registries a repository may pull base images from. */
    baseRegistries: readGrants(env, 'base_registries'),
    secretFolder: env.secret_mount_path || '/var/openfaas/secrets',
  })
}
