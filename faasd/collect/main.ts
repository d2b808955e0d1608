import { dirname, resolve } from 'node:path'
import { collectedLine } from '../../registry/collected.ts'
import { readPlaces } from '../watch/places.ts'
import { collectBox } from './collect-box.ts'

// The state folder, unless another is named, is the one that this file lies in.
const folder = resolve(process.argv[2] ?? dirname(process.argv[1] ?? '.'))

collectBox(readPlaces(folder).box, console.log)
  .then((collected) => console.log(collectedLine(collected)))
  .catch((error: Error) => {
    console.log(error.message)
    process.exitCode = 1
  })
