/** One function in OpenFaaS's `GET /system/functions` (github.com/openfaas/faas-provider, FunctionStatus). */
export type FunctionStatus = {
  name: string
  image: string
  namespace: string
  envProcess: string
  labels: Record<string, string>
  annotations: Record<string, string>
  invocationCount: number
  replicas: number
  availableReplicas: number
  createdAt: string
}

export type Described = {
  name: string
  dir: string
  labels?: Record<string, string>
  annotations?: Record<string, string>
}

/** `image` is the folder of the bundle: there is no image in the embedded gateway. */
export function functionStatus(
  spec: Described,
  now: { invocations: number; listening: boolean; startedAt: Date },
): FunctionStatus {
  return {
    name: spec.name,
    image: spec.dir,
    namespace: 'openfaas-fn',
    envProcess: 'node host.js',
    labels: spec.labels ?? {},
    annotations: spec.annotations ?? {},
    invocationCount: now.invocations,
    replicas: 1,
    availableReplicas: now.listening ? 1 : 0,
    createdAt: now.startedAt.toISOString(),
  }
}

/** `GET /system/info`, as `faas-cli version` reads it. */
export const GATEWAY_INFO = {
  provider: {
    provider: 'artefacto',
    version: { sha: '', release: 'embedded' },
    orchestration: 'processes',
  },
  version: { commit_message: '', sha: '', release: 'embedded' },
  arch: process.arch === 'x64' ? 'x86_64' : process.arch,
}
