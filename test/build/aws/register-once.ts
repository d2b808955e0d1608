import { cloudAt, cloudDisk } from './stage.ts'

// A process of its own that registers one disk, for whoever wants to kill it: argv has the layer.
const [, , layer = ''] = process.argv
const cloud = await cloudAt({ env: process.env as never })
const say = (line: string) => console.log(line)
console.log(JSON.stringify(await cloud.register(cloudDisk(layer), say, new AbortController().signal)))
