import { describe, expect, it } from 'vitest'
import { ownNames } from '../support/own-names.ts'
import { bookkeeping } from './account-answer.ts'
import { runCli } from './run-cli.ts'
import { scriptedApi } from './scripted-api.ts'

const queueNamed = (name: string) => ({
  ...{ queueId: `id-of-${name}`, name, validity: 'valid', comment: name, builtIn: false, isDefault: false },
  ...bookkeeping,
})

describe.each(ownNames)('the command line with the name %s', (name) => {
  it('the command line treats the name of an object member as the name of a queue like any other', async () => {
    await using api = await scriptedApi(({ method, path }) => {
      if (method === 'POST') return { status: 201, body: queueNamed(name) }
      return { body: path.startsWith('/queues?') ? { items: [queueNamed(name)] } : queueNamed('Support') }
    })
    expect((await api.cli('queues', 'add', name, '--comment', name)).out).toContain(`Added queue ${name} (id-of-`)
    expect(api.asked[0]?.body).toEqual({ name, comment: name })
    expect((await api.cli('queues', 'list')).out).toMatch(
      new RegExp(`^${name}\\tvalid\\t\\t\\t${name}\\tid-of-${name}$`, 'm'),
    )
    expect((await api.cli('queues', 'edit', name, '--rename', 'Support')).out).toContain('Changed queue Support')
    expect(api.asked.at(-1)).toMatchObject({ path: `/queues/id-of-${name}`, body: { name: 'Support' } })
  })

  it('the command line reports the name of an object member as an unknown command, option or choice', async () => {
    for (const args of [[name], ['queues', name], ['queues', 'list', `--${name}`]]) {
      const { code, out, err } = await runCli(...args)
      expect(code).toBe(2)
      expect(`${out}${err}`).toMatch(/unknown (command|option)/)
    }
    const { code, err } = await runCli('queues', 'edit', 'Support', '--validity', name)
    expect(code).toBe(2)
    expect(err).toContain('Allowed choices are valid, invalid, invalid-temporarily')
  })
})
