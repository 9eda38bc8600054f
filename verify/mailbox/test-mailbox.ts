import { accountTypeFacts } from '../../lib/mailbox/account-type.ts'
import type { CleanUp } from '../report/clean-up.ts'
import { StepFailed } from '../report/step-error.ts'
import { ImapFolder, uncertain } from './imap-folder.ts'
import type { MailboxSettings } from './mailbox-settings.ts'
import { subjectOf, testMailOf } from './test-mail.ts'

/** How the test mail gets into the operator's mailbox, and what Postmaster does with it there. */
export interface TestMailbox {
  /** The fields of the mail account that depend on it. */
  readonly fields: Readonly<Record<string, unknown>>
  /** Whether a person sends the mail, which then arrives at some time. */
  readonly arrivesLater: boolean
  /** @returns a sentence about where the mail is */
  place(): Promise<string>
  /** @returns a sentence about what has become of the mail @throws StepFailed if it is not what the account says */
  check(server: string): Promise<string>
}

export interface TestMailboxProps {
  readonly settings: MailboxSettings
  readonly mark: string
  readonly cleanUp: CleanUp
  readonly now: () => Date
  readonly ask: (request: string) => void
}

/**
 * Opens the part of the mailbox that the test uses. It never makes Postmaster delete a mail that the command has not
 * stored there itself: mail is deleted only in a folder that the command has created.
 */
export const openTestMailbox = async (props: TestMailboxProps): Promise<TestMailbox> => {
  const { settings } = props
  if (accountTypeFacts[settings.type].protocol === 'pop3') return sentMail(props)
  return settings.folder === undefined ? await ownFolder(props) : existingFolder(props, settings.folder)
}

/** An IMAP folder that exists only for the test. Postmaster deletes the mail in it. */
const ownFolder = async ({ settings, mark, cleanUp, now }: TestMailboxProps): Promise<TestMailbox> => {
  const name = `postmaster-verify-${mark}`
  let folder: ImapFolder | undefined
  cleanUp.add({
    what: `the folder ${name} of ${settings.username}`,
    command: () => `# Delete the folder ${folder?.path ?? name} of ${settings.username} with a mail program.`,
    remove: async () => await folder?.drop(),
  })
  const own = await ImapFolder.create(settings, name).catch((error: unknown) => {
    const mayExist = error instanceof StepFailed && error.reason.code === uncertain
    if (mayExist) folder = ImapFolder.existing(settings, name)
    throw error
  })
  folder = own
  return {
    fields: { folder: own.path, afterFetch: { action: 'delete' } },
    arrivesLater: false,
    place: async () => {
      await own.append(testMailOf(mark, settings.username, now()))
      return `It is in the new folder ${own.path}.`
    },
    check: async (server) => {
      const left = await own.count()
      if (server !== 'deleted' || left > 0)
        throw new StepFailed(
          'mail-not-deleted',
          `The record says “${server}”, and the folder contains ${left} messages.`,
          'Read the events of the run: `postmaster runs show RUN`.',
        )
      return 'The record says “deleted”, and the folder is empty.'
    },
  }
}

/** A folder that may contain other mail. Postmaster keeps everything, and fetches only what is new. */
const existingFolder = ({ settings, mark, cleanUp, now }: TestMailboxProps, path: string): TestMailbox => {
  const folder = ImapFolder.existing(settings, path)
  return {
    fields: { folder: path, afterFetch: { action: 'keep' }, startFrom: 'new' },
    arrivesLater: false,
    place: async () => {
      let uid: number | undefined
      cleanUp.add({
        what: `the test mail in the folder ${path} of ${settings.username}`,
        command: () => `# Delete the mail “${subjectOf(mark)}” in the folder ${path} with a mail program.`,
        remove: async () => {
          if (uid === undefined)
            throw new StepFailed('mail-kept', 'The server has not reported the UID of the mail.', 'Delete the mail.')
          await folder.remove(uid)
        },
      })
      uid = await folder.append(testMailOf(mark, settings.username, now()))
      return `It is in the folder ${path}.`
    },
    check: async (server) => keptOn(server),
  }
}

/** POP3 cannot store a mail. A person sends it. Postmaster keeps everything, and fetches only what is new. */
const sentMail = ({ settings, mark, ask }: TestMailboxProps): TestMailbox => ({
  fields: { afterFetch: { action: 'keep' }, startFrom: 'new' },
  arrivesLater: true,
  place: async () => {
    ask(`Now send a mail with the subject “${subjectOf(mark)}” to ${settings.username}.`)
    return 'A person sends it. The next step waits for it.'
  },
  check: async (server) => keptOn(server),
})

const keptOn = (server: string): string => {
  if (server === 'kept') return 'The record says “kept”.'
  throw new StepFailed(
    'mail-not-kept',
    `The record says “${server}”.`,
    'Read the events of the run: `postmaster runs show RUN`.',
  )
}
