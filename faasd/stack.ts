import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Document, parseDocument } from 'yaml'
import { webAddress } from '../local/webhook/words.ts'
import type { Box } from './box.ts'
import { AMI_SERVICE } from './core-services.ts'
import { publicUrl, pullName, type Settings } from './settings.ts'

export const FUNCTIONS = ['webhook', 'build', 'badge'] as const

/** The repository's own stack.yml. */
export function stackText(): string {
  return readFileSync(join(import.meta.dirname, '../stack.yml'), 'utf8')
}

/** What differs on this box from stack.yml's defaults, by variable. */
function boxEnvironment(box: Box, settings: Settings): Record<string, string> {
  return {
    branch: settings.branch,
    repositories: settings.repositories,
    github_api_url: settings.githubApiUrl,
    github_url: webAddress(settings.githubApiUrl),
    github_app_id: settings.githubApp,
    registry_pull: pullName(settings, box.registry),
    public_url: publicUrl(settings),
    pages: settings.pages,
    ami_host: settings.ami ? `tcp://${AMI_SERVICE}:8080` : '',
    aws_region: settings.awsRegion,
    build_secrets: settings.buildSecrets,
    base_registries: settings.baseRegistries,
    engine_cache: settings.engineCache,
  }
}

/**
 * The text of stack.yml for this box: the repository's own, with the operator's settings in place of the defaults of
 * each variable that a function reads, and an annotation by which the next run sees whether it is deployed.
 */
export function boxStack(
  text: string,
  box: Box,
  settings: Settings,
  revisions: Record<string, string>,
  more: Record<string, string> = {},
): string {
  const document = stackWith(text, {
    gateway: box.gateway,
    environment: { ...boxEnvironment(box, settings), ...more },
    revisions,
  })
  document.commentBefore =
    ' Written by sudo npm run faasd from stack.yml and settings.json: run that again instead of changing this.\n' +
    ' faas-cli deploy -f this-file deploys the functions as they are.'
  return document.toString({ lineWidth: 0 })
}

/** stack.yml with other values of those variables that a function has; the rest of `environment` is not for it. */
export function stackWith(
  text: string,
  options: { gateway: string; environment: Record<string, string>; revisions: Record<string, string> },
): Document {
  const document = parseDocument(text)
  document.setIn(['provider', 'gateway'], options.gateway)
  for (const name of FUNCTIONS) {
    for (const [variable, value] of Object.entries(options.environment)) {
      const path = ['functions', name, 'environment', variable]
      if (document.hasIn(path)) document.setIn(path, value)
    }
    document.setIn(['functions', name, 'annotations'], {
      'artefacto.revision': options.revisions[name] ?? '',
    })
  }
  return document
}
