import { spawn } from 'node:child_process'

/** The registry's program on this machine, with its configuration and the folder that its paths begin at. */
export type RegistryProgram = { program: string; config: string; folder: string; data: string }

/** Its version and its collection. It prints a line for each blob that it looks at, which nobody reads. */
export function registryProgram({ program, config, folder, data }: RegistryProgram) {
  // Nothing else of our environment: a REGISTRY_* of somebody's shell would change the configuration.
  const env = { PATH: process.env.PATH, REGISTRY_STORAGE_FILESYSTEM_ROOTDIRECTORY: data }
  const run = (...words: string[]) => output(program, words, { cwd: folder, env })
  return {
    version: () => run('--version'),
    garbageCollect: async (options: string[]) => void (await run('garbage-collect', ...options, config)),
    size: () => sizeOf(data),
  }
}

/** The bytes that a folder takes on its disk. */
export async function sizeOf(folder: string): Promise<number> {
  // What is deleted under its eyes is no failure of it, and it says so by its exit code.
  const said = await output('du', ['--summarize', '--block-size=1', folder], { mayFail: true })
  return Number.parseInt(said, 10)
}

type How = { cwd?: string; env?: NodeJS.ProcessEnv; mayFail?: boolean }

/** The end of what a program prints. An Error has the last line of what it complained. */
function output(program: string, words: string[], { cwd, env, mayFail = false }: How): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, words, { cwd, env: env ?? process.env, stdio: ['ignore', 'pipe', 'pipe'] })
    let said = ''
    let complained = ''
    child.stdout.on('data', (bytes) => (said = `${said}${bytes}`.slice(-1000)))
    child.stderr.on('data', (bytes) => (complained = `${complained}${bytes}`.slice(-1000)))
    child.once('error', reject)
    child.once('close', (code) => {
      if (code === 0 || mayFail) return resolve(said)
      const why = complained.trim().split('\n').at(-1) || `it ended with ${code}`
      reject(new Error(`${program} ${words[0]}: ${why}`))
    })
  })
}
