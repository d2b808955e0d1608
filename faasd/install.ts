import { keepAmi } from './ami.ts'
import { BOX, type Box } from './box.ts'
import { checkMerge } from './check.ts'
import { keepCore, withGatewayPort } from './core.ts'
import { keepCoreFiles, reloadChanged } from './core-files.ts'
import { keepCredentials } from './credentials.ts'
import { logInToGateway } from './faas-cli.ts'
import { keepFunctions } from './functions.ts'
import { dropOldImages, keepImages } from './images.ts'
import { locked } from './lock.ts'
import { nextSteps } from './next-steps.ts'
import { type Options, readOptions } from './options.ts'
import { plan } from './plan.ts'
import { whatIsInTheWay } from './precheck.ts'
import { removeAll } from './remove.ts'
import { keepSecrets } from './secrets.ts'
import { readSettings, type Settings, withOptions, writeSettings } from './settings.ts'
import { keepTrust } from './trust.ts'
import { keepUnits } from './units.ts'
import { USAGE } from './usage.ts'

type Say = (line: string) => void

async function main(args: string[], say: Say): Promise<void> {
  // npm changes into the repository; a relative path is meant from where the person is.
  const said = readOptions(args, process.env.INIT_CWD ?? process.cwd())
  if (said.help) return say(USAGE)
  if (process.platform !== 'linux' || process.getuid?.() !== 0)
    throw new Error('This changes services of the machine and must be root on Linux: sudo npm run faasd')
  const settings = withOptions(readSettings(BOX.state), said)
  if (said.remove) return locked(BOX, () => removeAll(BOX, settings, say))
  const obstacles = await whatIsInTheWay(BOX, settings)
  if (obstacles.length > 0) throw new Error([...obstacles, 'Nothing was changed.'].join('\n'))
  const complete = withGatewayPort(BOX, settings)
  if (said.dryRun) {
    for (const line of await plan(BOX, complete)) say(line)
    return
  }
  await locked(BOX, () => install(BOX, complete, said, say))
}

/** Every step keeps what is there and does what is missing: interrupted anywhere, the next run goes on. */
async function install(box: Box, settings: Settings, said: Options, say: Say): Promise<void> {
  const started = performance.now()
  const done: string[] = []
  const tell = (lines: string[]) => {
    for (const line of lines) say(line)
    done.push(...lines)
  }
  writeSettings(box.state, settings)
  tell(await keepCredentials(box.state, settings, said))
  const { images, done: made } = await keepImages(box, settings, say)
  tell(made)
  const changed = keepCoreFiles(box, settings)
  tell(await keepTrust(box))
  const core = await keepCore(box, settings, images)
  tell(core.length > 0 ? core : await reloadChanged(changed))
  tell(await keepAmi(box, settings))
  tell(await dropOldImages(images))
  await logInToGateway(box)
  const secrets = await keepSecrets(box)
  tell(secrets.done)
  writeSettings(box.state, { ...settings, secrets: secrets.given })
  tell(await keepFunctions(box, settings))
  tell(await keepUnits(box))
  if (done.length > 0) {
    // Whatever the check says, the functions look at the operator's GitHub afterwards.
    const check = checkMerge(box, settings)
    await check.catch(() => {})
    await keepFunctions(box, settings)
    say(await check)
  }
  const seconds = Math.round((performance.now() - started) / 1000)
  say(done.length > 0 ? `Installed in ${seconds} s\n` : 'Everything was there and is still good\n')
  say(nextSteps(box, settings))
}

// A terminal that closes, or a `| head`, must not leave a box half-way.
process.on('SIGHUP', () => {})
process.stdout.on('error', () => {})

try {
  await main(process.argv.slice(2), (line) => console.log(line))
} catch (error) {
  console.error((error as Error).message)
  process.exitCode = 1
}
