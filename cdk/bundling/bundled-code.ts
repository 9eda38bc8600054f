import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { AssetHashType, DockerImage } from 'aws-cdk-lib'
import { Code } from 'aws-cdk-lib/aws-lambda'
import { bundleFunction } from './bundle-function.ts'

/** Adds more files to the folder of a bundle. */
export type AddFiles = (folder: string) => void

/**
 * The bundle of the function in this folder under functions/.
 * @param root the project's folder
 */
export const bundledCode = (root: string, folder: string, addFiles: AddFiles = () => undefined): Code =>
  Code.fromAsset(join(root, 'functions', folder), {
    assetHashType: AssetHashType.OUTPUT,
    bundling: {
      // CDK requires an image, but it is never used because the function is bundled without Docker.
      image: DockerImage.fromRegistry('scratch'),
      local: {
        tryBundle: (output) => {
          for (const [name, content] of Object.entries(bundleFunction(root, folder)))
            writeFile(join(output, name), content)
          addFiles(output)
          return true
        },
      },
    },
  })

const writeFile = (path: string, content: string) => {
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, content)
}
