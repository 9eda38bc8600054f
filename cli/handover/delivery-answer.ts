import type * as z from 'zod'
import { shownDeliverySchema } from '../../lib/handover/viewing/shown-delivery.ts'
import { tolerant } from '../api/tolerant.ts'
import { plain } from '../terminal/text.ts'

export const deliveryAnswerSchema = tolerant(shownDeliverySchema)
export type DeliveryAnswer = z.infer<typeof deliveryAnswerSchema>

export const destinationOf = ({
  destinationName,
  destinationId,
}: Pick<DeliveryAnswer, 'destinationName' | 'destinationId'>): string => plain(destinationName ?? destinationId)

/** @returns sentences about a delivery that was just changed */
export const changeText = (delivery: DeliveryAnswer): string => {
  const reason = delivery.reason ? ` ${plain(delivery.reason.detail)}` : ''
  return `The delivery to ${destinationOf(delivery)} is ${plain(delivery.state)}.${reason}`
}
