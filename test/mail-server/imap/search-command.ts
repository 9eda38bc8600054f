import type { StoredMessage } from '../mailboxes.ts'
import { SyntaxRefused, selectNumbers, type Token } from './command-parser.ts'
import type { Handler, SelectedFolder } from './imap-session.ts'
import { needSelected } from './selection.ts'

type Test = (message: StoredMessage, number: number) => boolean

const flag =
  (name: string, present: boolean): Test =>
  (message) =>
    message.flags.has(name) === present

const simple: Readonly<Record<string, Test>> = {
  ALL: () => true,
  ANSWERED: flag('\\Answered', true),
  DELETED: flag('\\Deleted', true),
  DRAFT: flag('\\Draft', true),
  FLAGGED: flag('\\Flagged', true),
  SEEN: flag('\\Seen', true),
  UNANSWERED: flag('\\Answered', false),
  UNDELETED: flag('\\Deleted', false),
  UNDRAFT: flag('\\Draft', false),
  UNFLAGGED: flag('\\Flagged', false),
  UNSEEN: flag('\\Seen', false),
  RECENT: () => false,
  NEW: () => false,
  OLD: () => true,
}

/** Parses search keys (RFC 3501 section 6.4.4), except for text searches, which no collector uses. */
function parseKey(tokens: Token[], selected: SelectedFolder): Test {
  const token = tokens.shift()
  if (token === undefined) throw new SyntaxRefused('missing search key')
  if (Array.isArray(token)) return parseKeys([...token], selected)
  const name = token.toUpperCase()
  const test = simple[name]
  if (test) return test
  const next = (): string => String(tokens.shift() ?? '')
  switch (name) {
    case 'NOT': {
      const inner = parseKey(tokens, selected)
      return (message, number) => !inner(message, number)
    }
    case 'OR': {
      const [left, right] = [parseKey(tokens, selected), parseKey(tokens, selected)]
      return (message, number) => left(message, number) || right(message, number)
    }
    case 'UID': {
      const uids = new Set(selectNumbers(next(), selected.uids))
      return (message) => uids.has(message.uid)
    }
    case 'LARGER': {
      const size = Number(next())
      return (message) => message.body.length > size
    }
    case 'SMALLER': {
      const size = Number(next())
      return (message) => message.body.length < size
    }
    case 'KEYWORD':
      return flag(next(), true)
    case 'UNKEYWORD':
      return flag(next(), false)
    case 'SINCE': {
      const from = Date.parse(`${next()} UTC`)
      return (message) => message.internalDate.getTime() >= from
    }
    case 'BEFORE': {
      const to = Date.parse(`${next()} UTC`)
      return (message) => message.internalDate.getTime() < to
    }
  }
  const numbers = new Set(
    selectNumbers(
      token,
      selected.uids.map((_, index) => index + 1),
    ),
  )
  return (_, number) => numbers.has(number)
}

function parseKeys(tokens: Token[], selected: SelectedFolder): Test {
  const tests: Test[] = []
  while (tokens.length > 0) tests.push(parseKey(tokens, selected))
  return (message, number) => tests.every((test) => test(message, number))
}

export const searchCommand =
  (byUid: boolean): Handler =>
  async (session, args) => {
    const selected = needSelected(session)
    const tokens = args.rest()
    if (String(tokens[0]).toUpperCase() === 'CHARSET') tokens.splice(0, 2)
    const test = parseKeys(tokens, selected)
    const found = selected.uids.flatMap((uid, index) => {
      const message = selected.folder.message(uid)
      return message && test(message, index + 1) ? [byUid ? uid : index + 1] : []
    })
    await session.sendLine(`* SEARCH${found.map((number) => ` ${number}`).join('')}`)
    return 'OK searched'
  }
