import type { Account } from '../../accounts/account.ts'
import { type DispatchQuestion, dispatchMessage } from '../../dispatching/dispatch-message.ts'
import type { QueueDirectory } from '../../dispatching/queue-directory.ts'
import { readMessageHeader } from '../../messages/header/read-message-header.ts'
import { storedHeaderOf } from '../../messages/header/stored-header.ts'
import type { Message, MessageId } from '../../messages/message.ts'
import type { RawOrigin } from '../../messages/store/raw-origin.ts'

/** What is known of a message once its raw bytes are durable. `beginning` contains its header. */
export interface Content {
  readonly messageId: MessageId
  readonly sha256: string
  readonly size: number
  readonly beginning: Buffer
}

/** The settings of a message's account that decide what becomes of the message. */
export type AccountOfMessage = DispatchQuestion['account'] & Pick<Account, 'afterFetch'>

interface RowServices {
  readonly directory: QueueDirectory
  readonly controlHeaderPrefix: string
}

/** Creates the row of a message from its bytes and its origin. Rejects only if the directory does. */
export const newMessageRow = async (
  {
    origin,
    account,
    content: { beginning, ...content },
  }: { readonly origin: RawOrigin; readonly account: AccountOfMessage; readonly content: Content },
  { directory, controlHeaderPrefix: prefix }: RowServices,
): Promise<Message> => {
  const header = readMessageHeader(beginning, prefix)
  const { ignore, ...decision } = await dispatchMessage({ account, header, prefix }, directory)
  return {
    ...content,
    ...origin,
    ...decision,
    server: serverStateOf(account),
    trusted: account.trusted,
    state: ignore ? 'ignored' : 'stored',
    parsed: header !== undefined,
    ...(header && { header: storedHeaderOf(header, account.trusted) }),
  }
}

/**
 * Creates a row that marks another origin of known bytes as processed. Queue, trust and announcement belong to the
 * original message.
 */
export const repeatedMessageRow = (
  {
    origin,
    account,
    messageId,
  }: { readonly origin: RawOrigin; readonly account: Pick<Account, 'afterFetch'>; readonly messageId: MessageId },
  { recoveredAt: _, ...original }: Message,
): Message => ({
  ...original,
  ...origin,
  messageId,
  server: serverStateOf(account),
  sameAs: original.sameAs ?? original.messageId,
  // An erased message stays erased, because the original's row has nothing of its content.
  state: original.erased ? 'erased' : 'ignored',
})

const serverStateOf = ({ afterFetch }: Pick<Account, 'afterFetch'>): Message['server'] =>
  afterFetch.action === 'keep' ? 'kept' : 'present'
