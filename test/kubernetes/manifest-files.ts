import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseAllDocuments } from 'yaml'

export const ROOT = join(import.meta.dirname, '../..')

type Generator = { name: string; namespace?: string; files?: string[]; envs?: string[] }
export type Kustomization = {
  resources?: string[]
  configMapGenerator?: Generator[]
  secretGenerator?: Generator[]
  patches?: { path?: string }[]
}
export type Manifest = { apiVersion: string; kind: string; metadata: { name: string } }

const files = (folder: string) =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.yaml'))
    .map((name) => join(folder, name))
    .sort()

/** Every kustomization of the repository, by its folder. */
export function kustomizations(): [folder: string, Kustomization][] {
  const named = ['kubernetes', 'registry', 'faasd/docker', 'faasd/front'].flatMap(files)
  return named
    .filter((file) => file.endsWith('/kustomization.yaml'))
    .map((file) => [join(file, '..'), documentsIn(file)[0] as Kustomization])
}

/** The files of whole objects; a patch has only a part of one. */
export function manifestFiles(): string[] {
  return files('kubernetes/base').filter((file) => !file.endsWith('/kustomization.yaml'))
}

/** The documents of a YAML file; a key that stands twice is an Error. */
export function documentsIn(file: string): unknown[] {
  return parseAllDocuments(readFileSync(join(ROOT, file), 'utf8')).map((document) => {
    const [error] = document.errors
    if (error) throw new Error(`${file}: ${error.message}`)
    return document.toJS() as unknown
  })
}
