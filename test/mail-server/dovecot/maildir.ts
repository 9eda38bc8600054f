import { chownSync, existsSync, mkdirSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { encodeFolderName } from '../modified-utf7.ts'
import { mailUid, runsAsRoot } from './config.ts'

export interface DeliverOptions {
  /** `INBOX` by default. Created if missing. */
  readonly folder?: string
  /** IMAP flags. Maildir supports \Seen, \Answered, \Flagged, \Deleted and \Draft. */
  readonly flags?: readonly string[]
  readonly internalDate?: Date
}

const letters: Readonly<Record<string, string>> = {
  '\\Draft': 'D',
  '\\Flagged': 'F',
  '\\Answered': 'R',
  '\\Seen': 'S',
  '\\Deleted': 'T',
}

const give = (path: string): void => {
  if (runsAsRoot()) chownSync(path, mailUid, mailUid)
}

const makeDirectory = (path: string): void => {
  if (existsSync(path)) return
  mkdirSync(path)
  give(path)
}

/**
 * Writes messages directly into maildir folders, without a running server. This is the fastest way to fill a folder.
 */
export class Maildir {
  private readonly mail: string
  /** Dovecot assigns UIDs by the time in the file name, so this counter increases with each message. */
  private microseconds = 0

  constructor(mail: string) {
    this.mail = mail
  }

  makeFolder(user: string, folder: string): string {
    let path = join(this.mail, user)
    const levels = folder.toUpperCase() === 'INBOX' ? [] : encodeFolderName(folder).split('/')
    makeDirectory(path)
    for (const level of ['maildir', ...levels]) {
      path = join(path, level)
      makeDirectory(path)
    }
    for (const part of ['tmp', 'new', 'cur']) makeDirectory(join(path, part))
    return path
  }

  deliver(user: string, messages: Iterable<Buffer>, options: DeliverOptions = {}): number {
    const path = this.makeFolder(user, options.folder ?? 'INBOX')
    const seconds = Math.floor(Date.now() / 1000)
    const flags = (options.flags ?? []).map((flag) => letters[flag] ?? '')
    let count = 0
    for (const bytes of messages) {
      this.microseconds += 1
      const name = `${seconds + Math.floor(this.microseconds / 1e6)}.M${this.microseconds % 1e6}P${process.pid}.test`
      const file = join(path, 'cur', `${name}:2,${flags.sort().join('')}`)
      writeFileSync(file, bytes)
      if (options.internalDate) utimesSync(file, options.internalDate, options.internalDate)
      give(file)
      count += 1
    }
    return count
  }
}
