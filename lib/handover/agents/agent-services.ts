import type { Message } from '../../messages/message.ts'
import type { HandedMail } from '../copy/handed-copy.ts'
import type { DeliveringServices } from '../delivering/delivering-services.ts'
import type { Destination } from '../destinations/destination.ts'

/** The services for the requests of agents and receivers. */
export interface AgentServices extends DeliveringServices {
  readonly mails: {
    /**
     * @returns undefined if the raw mail has expired
     * @throws UncleanableMail
     */
    prepare(message: Message, destination: Destination, signal: AbortSignal): Promise<HandedMail | undefined>
  }
  /** @returns a link to prepared mail, or undefined if the raw mail has expired */
  readonly linkTo: (message: Message, mail: HandedMail) => Promise<string | undefined>
  /** Called with an unexpected error while a delivery is prepared. */
  readonly onDefect: (error: unknown, deliveryId: string) => void
}
