import { readdirSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'

/** Images and fonts are compressed already. */
const compressible = /\.(css|html|js|json|svg|txt)$/

/**
 * Writes `<name>.br` and `<name>.gz` next to each file that becomes smaller by it. HTTP APIs do not compress, so this is
 * done once and as well as possible.
 */
export const compressFiles = async (folder: string): Promise<void> => {
  const paths = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((path) => compressible.test(path))
  await Promise.all(paths.map((path) => compressFile(join(folder, path))))
}

const compressFile = async (path: string): Promise<void> => {
  const content = await readFile(path)
  const copies = {
    br: await promisify(brotliCompress)(content, {
      params: {
        [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
        [constants.BROTLI_PARAM_SIZE_HINT]: content.length,
      },
    }),
    gz: await promisify(gzip)(content, { level: constants.Z_BEST_COMPRESSION }),
  }
  for (const [suffix, copy] of Object.entries(copies))
    if (copy.length < content.length) await writeFile(`${path}.${suffix}`, copy)
}
