/** A service of 50 small files, whose image is these files alone, or these files and what `work` did on a base image. */
export function smallService(
  name: string,
  word: string,
  work?: { base: string; script: string },
): Record<string, string> {
  const code = Array.from({ length: 50 }, (_, index) => [
    `${name}/src/${index}.js`,
    `console.log(${index}, '${word}')\n`,
  ])
  const run = work ? `RUN ["node", "-e", ${JSON.stringify(work.script)}]\n` : ''
  const dockerfile = `FROM ${work?.base ?? 'scratch'}\nCOPY . /app/\n${run}`
  return { [`${name}/Dockerfile`]: dockerfile, ...Object.fromEntries(code) }
}
