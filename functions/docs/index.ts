import announcement from '../../docs/events.schema.json' with { type: 'json' }
import api from '../../docs/openapi.json' with { type: 'json' }
import webhook from '../../docs/webhook.schema.json' with { type: 'json' }
import { docsHandler } from './handler.ts'

export const handler = docsHandler({ api, announcement, webhook })
