import type { Command } from 'commander'
import { describe, expect, it } from 'vitest'
import { fieldText, withOptionNames } from '../../../cli/api/field-options.ts'
import { buildProgram } from '../../../cli/program.ts'
import { scriptedApi } from '../scripted-api.ts'

const program = buildProgram({ out: () => undefined, data: () => undefined, err: () => undefined, columns: undefined })
const commandOf = (words: string): Command =>
  words.split(' ').reduce<Command>((command, word) => {
    const found = command.commands.find((one) => one.name() === word)
    if (!found) throw new Error(`no command ${words}`)
    return found
  }, program)

describe('the names of fields in errors', () => {
  it.each([
    ['accounts add', '/port', '--port'],
    ['accounts add', '/maxMessageSize', '--max-size'],
    ['accounts add', '/afterFetch/folder', '--after-fetch'],
    ['accounts add', '/dispatching/queueId', '--queue'],
    ['accounts add', '/customCa', '--ca-file'],
    ['accounts edit', '/startFrom/since', '--start-from'],
    ['destinations add', '/webhook/url', '--webhook'],
    ['destinations add', '/webhook/mode', '--mode'],
    ['destinations add', '/webhook/auth/header', '--auth-header'],
    ['destinations add', '/selection/queueIds/0', '--queue'],
    ['destinations add', '/queueMap/default', '--map-default'],
    ['destinations add', '/limits/timeoutSeconds', '--timeout'],
    ['destinations add', '/name', '<name>'],
    ['destinations edit', '/name', '--rename'],
    ['oauth2 providers add', '/hosts/imap', '--imap-host'],
    ['oauth2 profiles add', '/secretExpiresOn', '--secret-expires'],
    ['messages list', 'from', '--from'],
    ['messages erase', '/queueId', '--queue'],
    ['audit list', 'who', '--by'],
    ['deliveries redirect', '/destinationId', '--to'],
    ['addresses add', '/address', '<address>'],
  ])('%s names %s as %s', (words, path, expected) => {
    expect(fieldText(path, commandOf(words))).toBe(expected)
  })

  it('a field that no option sets is named in words', () => {
    expect(fieldText('/redirectUri', commandOf('accounts add'))).toBe('redirect uri')
    expect(fieldText('/items/3/startFrom', commandOf('accounts show'))).toBe('items, start from')
    expect(fieldText('', commandOf('accounts show'))).toBe('the request')
  })

  it('a text names options in place of the fields in backticks', () => {
    expect(withOptionNames('must be omitted with `profileId`, see `raw`', commandOf('accounts add'))).toBe(
      'must be omitted with `--profile`, see `raw`',
    )
  })

  it('an error of the API names the option that a person typed', async () => {
    const errors = [{ path: 'from', message: 'must be a day or a time, for example 2026-03-02' }]
    await using api = await scriptedApi(() => ({
      status: 400,
      body: {
        title: 'The request has invalid fields',
        detail: 'One field is invalid.',
        remedy: 'See `errors`.',
        errors,
      },
    }))
    expect(await api.cli('runs', 'list', '--from', 'yesterday')).toEqual({
      code: 1,
      out: '',
      err: 'This value is not accepted:\n  --from: must be a day or a time, for example 2026-03-02\n',
    })
  })
})
