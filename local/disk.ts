import { DISK_USAGE, readDiskOptions } from './disk-options.ts'
import { fetchDisk } from './fetch-disk.ts'

async function main(): Promise<void> {
  const options = readDiskOptions(process.argv.slice(2), process.cwd())
  if (options.help) return console.log(DISK_USAGE)
  const { size, used, layer } = await fetchDisk(options)
  const gib = Number((size / 2 ** 30).toFixed(2))
  console.log(`${options.out}: ${gib} GiB, ${Math.ceil(used / 2 ** 20)} MiB of them on this machine's disk`)
  console.log(`SHA-256 of the layer fits: ${layer}`)
}

await main().catch((error: unknown) => {
  console.error((error as Error).message)
  process.exitCode = 1
})
