import { whereIs } from '../local/debian.ts'
import type { Kubectl } from './kubectl.ts'
import { FUNCTION_NAMESPACE } from './manifests.ts'

const LIMIT_MS = 10_000

/** Looks at the cluster before anything is changed: a sentence, with its remedy, for each thing that is in the way. */
export async function whatIsInTheWay(kubectl: Kubectl, gateway: string): Promise<string[]> {
  const looks = [
    need('kubectl', 'https://kubernetes.io/docs/tasks/tools/'),
    need('faas-cli', 'https://docs.openfaas.com/cli/install/'),
    need('docker', 'faas-cli builds the functions with it'),
    openFaaS(kubectl),
    gatewayAnswers(gateway),
  ]
  return (await Promise.all(looks)).filter((sentence) => sentence !== undefined)
}

async function need(program: string, remedy: string): Promise<string | undefined> {
  return whereIs(program) ? undefined : `${program} is not installed: ${remedy}`
}

async function openFaaS(kubectl: Kubectl): Promise<string | undefined> {
  try {
    await kubectl(['get', 'namespace', 'openfaas', FUNCTION_NAMESPACE, '--output', 'name'])
    return undefined
  } catch (error) {
    return `${(error as Error).message}\nIs this the right cluster (--context), and is OpenFaaS installed on it?`
  }
}

async function gatewayAnswers(gateway: string): Promise<string | undefined> {
  try {
    const { status } = await fetch(`${gateway}/healthz`, { signal: AbortSignal.timeout(LIMIT_MS) })
    return status === 200
      ? undefined
      : `${gateway}/healthz answers ${status}: is --gateway OpenFaaS's gateway?`
  } catch {
    return `Nobody answers at ${gateway}: kubectl --namespace openfaas port-forward service/gateway 8080, or --gateway URL`
  }
}
