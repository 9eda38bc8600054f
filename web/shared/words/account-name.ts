interface NamedAccount {
  readonly mailbox?: string | undefined
  readonly username: string
  readonly host: string
  readonly folder?: string | undefined
}

/** @returns what people call the account: the address of its mailbox, with the server or the folder where that is not enough */
export const accountName = ({ mailbox, username, host, folder }: NamedAccount): string => {
  const owner = mailbox ?? username
  const place = owner.includes('@') ? owner : `${owner} at ${host}`
  return folder === undefined || folder === 'INBOX' ? place : `${place}, folder ${folder}`
}
