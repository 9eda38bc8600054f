import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import * as z from 'zod'
import { systemCode, unsupported } from '../common/errors.ts'
import { type Template, templateSchema } from './template.ts'

/** One CloudFormation stack of the assembly: its template, and the folder of each asset by its object key. */
export interface AssemblyStack {
  readonly name: string
  readonly template: Template
  readonly assets: ReadonlyMap<string, string>
}

const manifestSchema = z.object({
  artifacts: z
    .record(
      z.string(),
      z.object({
        type: z.string(),
        properties: z
          .object({
            templateFile: z.string().optional(),
            stackName: z.string().optional(),
            directoryName: z.string().optional(),
          })
          .optional(),
      }),
    )
    .default({}),
})

const assetsSchema = z.object({
  files: z
    .record(
      z.string(),
      z.object({
        source: z.object({ path: z.string().optional(), packaging: z.string().optional() }),
        destinations: z.record(z.string(), z.object({ objectKey: z.string() })),
      }),
    )
    .default({}),
})

/**
 * Reads every stack of a cloud assembly (`cdk.out`), including its stages.
 * @throws LocalError if the folder is missing or does not contain a cloud assembly
 */
export const readAssembly = (folder: string): AssemblyStack[] => {
  const root = resolve(folder)
  const manifest = readJson(root, join(root, 'manifest.json'), manifestSchema)
  const stacks: AssemblyStack[] = []
  for (const [id, artifact] of Object.entries(manifest.artifacts)) {
    if (artifact.type === 'cdk:cloud-assembly' && artifact.properties?.directoryName !== undefined) {
      stacks.push(...readAssembly(join(root, artifact.properties.directoryName)))
    }
    if (artifact.type === 'aws:cloudformation:stack' && artifact.properties?.templateFile !== undefined) {
      stacks.push({
        name: artifact.properties.stackName ?? id,
        template: readJson(root, join(root, artifact.properties.templateFile), templateSchema),
        assets: readAssets(root, manifest),
      })
    }
  }
  if (stacks.length === 0) {
    throw unsupported(`${root} declares no stack. Run \`npm run synth\` to create it again.`)
  }
  return stacks
}

const readAssets = (root: string, manifest: z.infer<typeof manifestSchema>): Map<string, string> => {
  const folders = new Map<string, string>()
  for (const [id, artifact] of Object.entries(manifest.artifacts)) {
    if (artifact.type !== 'cdk:asset-manifest') continue
    const assets = readJson(root, join(root, `${id}.json`), assetsSchema)
    for (const file of Object.values(assets.files)) {
      if (file.source.path === undefined) continue
      for (const destination of Object.values(file.destinations)) {
        folders.set(destination.objectKey, resolve(root, file.source.path))
      }
    }
  }
  return folders
}

const readJson = <S extends z.ZodType>(root: string, file: string, schema: S): z.infer<S> => {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (error) {
    const reason = systemCode(error) === 'ENOENT' ? 'does not exist' : 'cannot be read'
    throw unsupported(`${file} ${reason}. Run \`npm run synth\` to create ${root}.`, error)
  }
  try {
    return schema.parse(JSON.parse(text))
  } catch (error) {
    throw unsupported(`${file} is not a file of a cloud assembly. Run \`npm run synth\` to create it again.`, error)
  }
}
