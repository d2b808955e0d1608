import { type Check, failed, ok } from '../functions/shared/check.ts'

/** Whether the Node that runs this is one that npm start runs on: 20.12 or newer. */
export function lookAtNode(version: string): Check {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  const old = major < 20 || (major === 20 && minor < 12)
  return old ? failed('node', 'node_old', `Node ${version} is too old`) : ok('node', `Node ${version}`)
}
