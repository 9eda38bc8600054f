import { describe, expect, it } from 'vitest'
import { choose } from '../../../../cli/api/find/choose.ts'

const kind = { singular: 'account', plural: 'accounts', remedy: 'See `postmaster accounts list`.' }
const bob = { id: '01JNBZ4ZQ0V7M3T9H2K5W8XACC', names: ['bob at a.example', 'bob@a.example', 'bob'] }
const otherBob = { id: '01JNBZ5AAAV7M3T9H2K5W8XBBB', names: ['bob at b.example', 'bob@b.example', 'bob'] }
const desk = { id: '01JNCC4ZQ0V7M3T9H2K5W8XCCC', names: ['desk@example.com at a.example', 'desk@example.com'] }
const all = [bob, otherBob, desk]

describe('the choice of what a person named', () => {
  it.each([
    ['its id', bob.id, bob],
    ['a name', 'BOB@b.example', otherBob],
    ['the words of a table', 'bob at a.example', bob],
    ['the beginning of its id, in any case', '01jnbz4', bob],
    ['the beginning and the end of its id', '01JNBZ…XBBB', otherBob],
    ['the end of its id', '…8XCCC', desk],
    ['the part of its name before the @', 'Desk', desk],
  ])('it accepts %s', (_what, text, expected) => {
    expect(choose(all, text, kind)).toBe(expected)
  })

  it('it prefers a name to the beginning of an id', () => {
    const queue = { id: '01JNZZ', names: ['01JNBZ'] }
    expect(choose([bob, queue], '01JNBZ', kind)).toBe(queue)
  })

  it('it lists short ids and the names of all candidates that match', () => {
    expect(() => choose(all, 'bob', kind)).toThrow(
      `\`bob\` matches 2 accounts. Use one of these ids instead:\n  01JNBZ4ZQ0V7M3  bob at a.example\n  01JNBZ5AAAV7M3  bob at b.example`,
    )
    expect(() => choose(all, '01JNBZ', kind)).toThrow('matches 2 accounts')
  })

  it('it proposes the nearest names, or lists all names if none is near', () => {
    expect(() => choose(all, 'bbo@a.example', kind)).toThrow(
      'There is no account `bbo@a.example`. Did you mean `bob@a.example`',
    )
    expect(() => choose(all, 'unknown-user', kind)).toThrow(
      'There is no account `unknown-user`. Existing accounts: bob at a.example, bob at b.example, desk@example.com at a.example. See `postmaster accounts list`.',
    )
    expect(() => choose([], 'bob', kind)).toThrow('There is no account `bob`. No accounts exist yet.')
  })

  it('it rejects fewer than four characters of an id and the characters of a terminal command', () => {
    expect(() => choose([desk], '01J', kind)).toThrow('There is no account')
    expect(() => choose([desk], 'a\u001b[2Jb', kind)).toThrow('There is no account `a [2Jb`')
  })
})
