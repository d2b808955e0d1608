import { dirname, resolve } from 'node:path'
import { line } from './line.ts'
import { watch } from './watch.ts'

// The state folder, unless another is named, is the one that this file lies in.
const folder = resolve(process.argv[2] ?? dirname(process.argv[1] ?? '.'))

watch(folder, console.log).catch((error: Error) => {
  console.log(line(`the watcher cannot work: ${error.message}`))
  process.exitCode = 1
})
