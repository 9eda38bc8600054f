import { fileURLToPath } from 'node:url'
import { pageHandler } from './handler.ts'
import { pageFiles } from './page-files.ts'

/** The synthesis puts the built page next to the bundle. */
export const handler = pageHandler(pageFiles(fileURLToPath(new URL('./page/', import.meta.url))))
