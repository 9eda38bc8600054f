import openapi from '../../docs/openapi.json' with { type: 'json' }
import { docsHandler } from './handler.ts'

export const handler = docsHandler(openapi)
