import { parseArgs } from 'node:util'
import { makeCredentials } from './credential-files.ts'

const USAGE = 'npm run registry:credentials -- --out FOLDER --name registry --name 127.0.0.1 …'

async function main(args: string[]): Promise<void> {
  const { values } = parseArgs({
    args,
    options: { out: { type: 'string' }, name: { type: 'string', multiple: true } },
  })
  if (!values.out) throw new Error('--out is missing: the folder for certificates and password')
  const made = await makeCredentials({ folder: values.out, names: values.name ?? [] })
  console.log(made.length > 0 ? made.join('\n') : `${values.out}: everything was there and is still good`)
}

try {
  await main(process.argv.slice(2))
} catch (error) {
  console.error(`${(error as Error).message}\n\n${USAGE}`)
  process.exitCode = 1
}
