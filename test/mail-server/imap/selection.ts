import { CommandRefused, type ImapSession, type SelectedFolder } from './imap-session.ts'

export const needSelected = (session: ImapSession): SelectedFolder => {
  if (!session.selected) throw new CommandRefused('[CLIENTBUG] select a folder first')
  return session.selected
}

export const needWritable = (session: ImapSession): SelectedFolder => {
  const selected = needSelected(session)
  if (selected.readOnly || selected.folder.readOnly) throw new CommandRefused('[NOPERM] the folder is read-only')
  return selected
}
