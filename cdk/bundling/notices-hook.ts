import { fileURLToPath } from 'node:url'
import type { ICommandHooks } from 'aws-cdk-lib/aws-lambda-nodejs'
import { shellCommand } from './shell-command.ts'

const script = fileURLToPath(new URL('./write-notices.ts', import.meta.url))

/**
 * Writes `THIRD-PARTY-NOTICES.txt` next to the bundle, with the Node.js binary that runs the synthesis. Requires
 * esbuild's metafile.
 */
export const noticesHook: ICommandHooks = {
  beforeBundling: () => [],
  beforeInstall: () => [],
  afterBundling: (_inputFolder, outputFolder) => [shellCommand([process.execPath, script, outputFolder])],
}
