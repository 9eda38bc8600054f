import type { FailedEvents } from './background/failed-events.ts'
import type { FetchQueue } from './background/fetch-queue.ts'
import type { RawMail } from './data/raw-mail.ts'
import type { Tables } from './data/tables.ts'
import type { Announcements, Notices } from './data/topics.ts'
import type { DeliveryQueue } from './handover/delivery-queue.ts'
import type { EncryptionKey } from './keys/encryption-key.ts'
import type { Variables } from './parameters.ts'

/** What functions may get permissions on, and the settings that some of them need. */
export interface Resources {
  readonly tables: Tables
  readonly rawMail: RawMail
  readonly announcements: Announcements
  readonly notices: Notices
  readonly encryptionKey: EncryptionKey
  readonly deploymentId: string
  readonly queue: FetchQueue
  readonly deliveryQueue: DeliveryQueue
  readonly failedEvents: FailedEvents
  /** The value of PUBLIC_URL. */
  readonly publicUrl: string
  /** The settings that can be changed for each deployment, as environment variables. */
  readonly variables: Variables
}
