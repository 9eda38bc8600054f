import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { openApiDocument } from './openapi/document.ts'

export const openApiFile = fileURLToPath(new URL('openapi.json', import.meta.url))

// node docs/write-openapi.ts
if (import.meta.main) writeFileSync(openApiFile, `${JSON.stringify(openApiDocument(), undefined, 2)}\n`)
