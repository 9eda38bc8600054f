import { join } from 'node:path'
import { type BuildOptions, buildSync, type Metafile, version } from 'esbuild'
import { type BundleFiles, cachedBundle } from './bundle-cache.ts'
import { ownSourceMap } from './own-source-map.ts'
import { bundledPackages, thirdPartyNotices } from './third-party-notices.ts'

/**
 * Packages that many invocations do not need. Each of them is a file of its own in the bundle's node_modules, which is
 * loaded when the package is first used.
 */
const apart = [
  // mailsplit, which uses libmime as soon as it is loaded.
  '@zone-eu',
  'libmime',
  'iconv-lite',
  'encoding-japanese',
  'mailparser',
  'htmlparser2',
  'sanitize-html',
  'simple-oauth2',
]

/** Until such a package is used, a placeholder stands for it. */
const requireWhenUsed =
  `{const load=require,apart=new Set(${JSON.stringify(apart)});require=name=>{` +
  "if(!apart.has(name.split('/',1)[0]))return load(name);let found;const used=()=>found??=load(name);" +
  'return new Proxy(()=>{},{get:(_,member)=>used()[member],apply:(_,self,args)=>used().apply(self,args)})}}'
const moduleAddress = "const pmAddress=require('node:url').pathToFileURL(__filename).href;"

/**
 * The bundles are CommonJS modules. If an ES module imports one of Node's modules, Node evaluates all of its members,
 * and `node:http` and `node:crypto` have members that load other large modules.
 */
export const bundleOptions: BuildOptions = {
  bundle: true,
  platform: 'node',
  format: 'cjs',
  target: 'node24',
  mainFields: ['module', 'main'],
  minify: true,
  keepNames: true,
  alias: {
    '@aws-sdk/credential-provider-node': './cdk/bundling/replacements/environment-credentials.ts',
    'node:http2': './cdk/bundling/replacements/unused.ts',
    pino: './cdk/bundling/replacements/unused.ts',
    socks: './cdk/bundling/replacements/unused.ts',
  },
  banner: { js: requireWhenUsed + moduleAddress },
  define: { 'import.meta.url': 'pmAddress' },
  logLevel: 'warning',
}
const mapped: BuildOptions = { sourcemap: true, sourcesContent: false }

const recipe = JSON.stringify({ version, bundleOptions, mapped })

/**
 * Bundles functions/<folder>/index.ts with everything that it imports, including the AWS SDK: AWS recommends this for
 * faster cold starts, and the tested version is then the one that runs. The files depend only on the content of the
 * sources, because their hash decides whether the function is deployed again.
 *
 * @param root the project's folder
 * @returns the files of the bundle by name: the code, its source map, the packages that are loaded when they are used,
 * and the licences of all packages
 * @throws Error if the sources cannot be bundled, or if a package in the bundle does not specify its licence
 */
export const bundleFunction = (root: string, folder: string): BundleFiles =>
  cachedBundle({ root, name: folder, recipe }, () => {
    const main = build(root, 'index.cjs', {
      ...mapped,
      entryPoints: [`functions/${folder}/index.ts`],
      external: apart,
    })
    const parts = withPackages(root, [main])
    const files: Record<string, string> = Object.assign({}, ...parts.map((part) => part.files))
    const packages = parts.flatMap(({ metafile }) => bundledPackages(metafile)).map((path) => join(root, path))
    return {
      files: {
        ...files,
        'index.cjs.map': ownSourceMap(files['index.cjs.map'] ?? ''),
        'THIRD-PARTY-NOTICES.txt': thirdPartyNotices(packages),
      },
      inputs: [...new Set(parts.flatMap(({ metafile }) => Object.keys(metafile.inputs)))].sort(),
    }
  })

interface Part {
  readonly files: BundleFiles
  readonly metafile: Metafile
}

const build = (root: string, file: string, what: BuildOptions): Part => {
  const { outputFiles, metafile } = buildSync<BuildOptions & { write: false; metafile: true }>({
    ...bundleOptions,
    ...what,
    absWorkingDir: root,
    // Nothing is written here. The folder is the one from which the source map's paths start.
    outfile: join(root, file),
    write: false,
    metafile: true,
  })
  return {
    files: Object.fromEntries(outputFiles.map(({ path, text }) => [path.slice(join(root, '/').length), text])),
    metafile,
  }
}

const packageOf = (path: string): string => path.split('/', 1)[0] ?? ''

/** Adds the packages that are files of their own, and those that only they use. */
const withPackages = (root: string, parts: readonly Part[], known: readonly string[] = []): readonly Part[] => {
  const imports = parts.flatMap(({ metafile }) => Object.values(metafile.outputs)).flatMap((output) => output.imports)
  const used = new Set(imports.map(({ path }) => path).filter((path) => apart.includes(packageOf(path))))
  const missing = [...used].filter((path) => !known.includes(path)).sort()
  if (missing.length === 0) return parts
  const added = missing.map((path) =>
    build(root, join('node_modules', path.endsWith('.js') ? path : `${path}/index.js`), {
      // Its importers expect what Node's require returns.
      stdin: { contents: `module.exports=require('${path}')`, resolveDir: root },
      external: apart.filter((name) => name !== packageOf(path)),
    }),
  )
  return [...parts, ...withPackages(root, added, [...known, ...missing])]
}
