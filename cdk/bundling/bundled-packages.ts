import { isObject } from './json.ts'

// Greedy, so that it ends at the innermost package; a scoped package has two segments.
const packageFolder = /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//

/**
 * @param metafile what esbuild records about its outputs, with paths relative to the project root.
 * @returns the folders of the packages whose code the outputs contain, sorted. The project's own files have none.
 * @throws if the metafile has another format.
 */
export function bundledPackages(metafile: unknown): string[] {
  if (!isObject(metafile) || !isObject(metafile.outputs)) throw new Error('The metafile of esbuild has no outputs.')
  const inputs = Object.values(metafile.outputs).flatMap((output) => {
    if (!isObject(output) || !isObject(output.inputs)) throw new Error('An output in the metafile has no inputs.')
    return Object.keys(output.inputs)
  })
  return [...new Set(inputs.flatMap((input) => packageFolder.exec(input)?.[1] ?? []))].sort()
}
