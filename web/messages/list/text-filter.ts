type Text = string | undefined

/** What the text filter searches. */
interface Searched {
  readonly messageId: string
  readonly accountId: string
  readonly queueName: string
  readonly header?:
    | { readonly from?: Text; readonly to?: Text; readonly subject?: Text; readonly messageIdHeader?: Text }
    | undefined
}

/** @returns the messages that contain every word of the text @param accountOf the name of an account */
export const matching = <M extends Searched>(
  messages: readonly M[],
  text: string,
  accountOf: (accountId: string) => string,
): readonly M[] => {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean)
  if (words.length === 0) return messages
  return messages.filter((message) => {
    const searched = searchedText(message, accountOf)
    return words.every((word) => searched.includes(word))
  })
}

const searchedText = (
  { header, queueName, accountId, messageId }: Searched,
  accountOf: (id: string) => string,
): string =>
  [header?.from, header?.to, header?.subject, header?.messageIdHeader, queueName, accountOf(accountId), messageId]
    .join('\n')
    .toLowerCase()
