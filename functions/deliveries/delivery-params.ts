import * as z from 'zod'
import { exampleIds } from '../../lib/requests/documented-fields.ts'

const exampleId = `${exampleIds.destination}.${exampleIds.message}`

export const deliveryParams = z.strictObject({
  deliveryId: z
    .string()
    .regex(/^[^.]{1,64}\.[0-9a-f]{64}$/, 'must be the id of a delivery')
    .meta({ description: 'The delivery’s id.', examples: [exampleId] }),
})
export const exampleDelivery = { params: { deliveryId: exampleId } }
