import type * as z from 'zod'
import { shownDeliverySchema } from '../../lib/handover/viewing/shown-delivery.ts'
import { cutTo } from '../../lib/text/printable.ts'
import { tolerant } from '../api/tolerant.ts'
import { plain } from '../terminal/text.ts'

export const deliveryAnswerSchema = tolerant(shownDeliverySchema)
export type DeliveryAnswer = z.infer<typeof deliveryAnswerSchema>

export const destinationOf = ({
  destinationName,
  destinationId,
}: Pick<DeliveryAnswer, 'destinationName' | 'destinationId'>): string => plain(destinationName ?? destinationId)

/** @returns when the delivery is tried next, or which ticket it became */
export const resultOf = ({ remote, nextAttemptAt }: DeliveryAnswer): string =>
  remote?.ticket === undefined ? nextText(nextAttemptAt) : `ticket ${plain(remote.ticket)}`

const nextText = (at: string | undefined): string => (at === undefined ? '' : `next ${minute(at)}`)

/** @returns a time like `2026-03-02 08:10`, in UTC */
export const minute = (time: string): string => time.slice(0, 16).replace('T', ' ')

export const shortened = (text: string, width: number): string =>
  text.length <= width ? text : `${cutTo(text, width - 1)}…`

/** @returns sentences about a delivery that was just changed */
export const changeText = (delivery: DeliveryAnswer): string => {
  const reason = delivery.reason ? ` ${plain(delivery.reason.detail)}` : ''
  return `The delivery to ${destinationOf(delivery)} is ${plain(delivery.state)}.${reason}`
}
