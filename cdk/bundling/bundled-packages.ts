import { isObject } from './json.ts'

// Greedy, so that the match ends at the innermost package. A scoped package has two segments.
const packageFolder = /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//

/**
 * Finds the packages that are part of a bundle.
 *
 * @param metafile esbuild's metadata about its outputs, with paths relative to the project root
 * @returns the sorted folders of the packages whose code the outputs contain, without the project's own files
 * @throws Error if the metafile has an unexpected format
 */
export function bundledPackages(metafile: unknown): string[] {
  if (!isObject(metafile) || !isObject(metafile.outputs)) throw new Error('The esbuild metafile has no outputs.')
  const inputs = Object.values(metafile.outputs).flatMap((output) => {
    if (!isObject(output) || !isObject(output.inputs)) throw new Error('An output in the metafile has no inputs.')
    return Object.keys(output.inputs)
  })
  return [...new Set(inputs.flatMap((input) => packageFolder.exec(input)?.[1] ?? []))].sort()
}
