import pc from 'picocolors'
import { diagnose } from './diagnose.ts'
import { linesOf, summary, widthOf } from './lines.ts'
import { readOptions, USAGE } from './options.ts'
import { findPlace } from './place.ts'

async function main(args: string[]): Promise<void> {
  // npm changes into the repository; a relative path is meant from where the person is.
  const folder = process.env.INIT_CWD ?? process.cwd()
  const options = readOptions(args, folder)
  if (options.help) return console.log(USAGE)
  const checks = await diagnose(findPlace(options, folder))
  const colours = pc.createColors(process.stdout.isTTY === true)
  if (options.json) console.log(JSON.stringify(checks, null, 2))
  else {
    const lines = checks.flatMap((check) => linesOf(check, colours, widthOf(checks)))
    console.log([...lines, '', summary(checks)].join('\n'))
  }
  if (checks.some(({ state }) => state === 'failed')) process.exitCode = 1
}

try {
  await main(process.argv.slice(2))
} catch (error) {
  const { code, message } = error as NodeJS.ErrnoException
  console.error(code === 'EACCES' ? `${message}: run it as root (sudo npm run doctor)` : message)
  process.exitCode = 1
}
