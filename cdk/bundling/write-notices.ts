import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { bundledPackages, thirdPartyNotices } from './third-party-notices.ts'

// CDK runs this file in the project root after esbuild, with the bundle's folder as its argument.
const [folder] = process.argv.slice(2)
if (folder === undefined) throw new Error('Usage: node cdk/bundling/write-notices.ts FOLDER')
const metafile = join(folder, 'index.meta.json')
const packages = bundledPackages(JSON.parse(readFileSync(metafile, 'utf8')))
writeFileSync(join(folder, 'THIRD-PARTY-NOTICES.txt'), thirdPartyNotices(packages))
// Keep the metafile out of the asset, which contains only files that belong to the function.
rmSync(metafile)
