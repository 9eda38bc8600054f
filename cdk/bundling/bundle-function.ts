import { join } from 'node:path'
import { type BuildOptions, buildSync, version } from 'esbuild'
import { type BundleFiles, cachedBundle } from './bundle-cache.ts'
import { bundledPackages, thirdPartyNotices } from './third-party-notices.ts'

/**
 * Defines `require` in the ES module, because the CommonJS modules imapflow and mailparser need it for Node's modules.
 */
const requireBanner = [
  "import{createRequire as pmRequire}from'node:module'",
  "import{fileURLToPath as pmPath}from'node:url'",
  "import{dirname as pmDirname}from'node:path'",
  'const require=pmRequire(import.meta.url),__filename=pmPath(import.meta.url),__dirname=pmDirname(__filename);',
].join(';')

const options: BuildOptions = {
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node24',
  mainFields: ['module', 'main'],
  minify: true,
  keepNames: true,
  sourcemap: true,
  sourcesContent: false,
  banner: { js: requireBanner },
  logLevel: 'warning',
}

/**
 * Bundles functions/<folder>/index.ts with everything that it imports, including the AWS SDK: AWS recommends this for
 * faster cold starts, and the tested version is then the one that runs. The files depend only on the content of the
 * sources, because their hash decides whether the function is deployed again.
 *
 * @param root the project's folder
 * @returns the files of the bundle by name: the code, its source map, and the licences of the packages in it
 * @throws Error if the sources cannot be bundled, or if a package in the bundle does not specify its licence
 */
export const bundleFunction = (root: string, folder: string): BundleFiles =>
  cachedBundle({ root, name: folder, recipe: JSON.stringify({ version, options }) }, () => {
    const { outputFiles, metafile } = buildSync<BuildOptions & { write: false; metafile: true }>({
      ...options,
      entryPoints: [`functions/${folder}/index.ts`],
      absWorkingDir: root,
      // Nothing is written here. The folder is the one from which the source map's paths start.
      outfile: join(root, 'index.mjs'),
      write: false,
      metafile: true,
    })
    const packages = bundledPackages(metafile).map((path) => join(root, path))
    return {
      files: {
        ...Object.fromEntries(outputFiles.map(({ path, text }) => [path.slice(join(root, '/').length), text])),
        'THIRD-PARTY-NOTICES.txt': thirdPartyNotices(packages),
      },
      inputs: Object.keys(metafile.inputs),
    }
  })
