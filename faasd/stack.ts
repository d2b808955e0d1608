import { parseDocument } from 'yaml'
import { webAddress } from '../local/webhook/words.ts'
import type { Box } from './box.ts'
import { AMI_SERVICE } from './core-services.ts'
import { publicUrl, pullName, type Settings } from './settings.ts'

export const FUNCTIONS = ['webhook', 'build', 'badge'] as const

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
  const document = parseDocument(text)
  document.setIn(['provider', 'gateway'], box.gateway)
  for (const name of FUNCTIONS) {
    for (const [variable, value] of Object.entries({ ...boxEnvironment(box, settings), ...more })) {
      const path = ['functions', name, 'environment', variable]
      if (document.hasIn(path)) document.setIn(path, value)
    }
    document.setIn(['functions', name, 'annotations'], { 'artefacto.revision': revisions[name] ?? '' })
  }
  document.commentBefore =
    ' Written by sudo npm run faasd from stack.yml and settings.json: run that again instead of changing this.\n' +
    ' faas-cli deploy -f this-file deploys the functions as they are.'
  return document.toString({ lineWidth: 0 })
}
