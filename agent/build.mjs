// Writes the agent as one file that needs nothing but Node.js 20. `npm pack ./agent` runs it. Tests choose another folder.
import { chmodSync, copyFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { build } from 'esbuild'
import { bundledPackages, thirdPartyNotices } from '../cdk/bundling/third-party-notices.ts'

const root = join(import.meta.dirname, '..')
const folder = resolve(process.argv[2] ?? import.meta.dirname)
// The metafile's paths and the notices are relative to the current folder.
process.chdir(root)
const outfile = join(folder, 'postmaster.cjs')
const { metafile } = await build({
  entryPoints: [join(root, 'cli/deliver/main.ts')],
  absWorkingDir: root,
  outfile,
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'cjs',
  minify: true,
  legalComments: 'none',
  metafile: true,
})
chmodSync(outfile, 0o755)
writeFileSync(join(folder, 'THIRD-PARTY-NOTICES.txt'), thirdPartyNotices(bundledPackages(metafile)))
copyFileSync(join(root, 'LICENSE'), join(folder, 'LICENSE'))
