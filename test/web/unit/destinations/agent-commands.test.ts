import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { agentCommands, systems } from '../../../../web/destinations/agent/commands.ts'

const guideOf = (name: string): string =>
  readFileSync(new URL(`../../../../docs/hand-over/${name}.md`, import.meta.url), 'utf8')

test.each(['otobo', 'rt', 'zammad'] as const)('the command for %s is the one in its guide', (system) => {
  const { run } = agentCommands(system, 'https://…')
  expect(guideOf(system)).toContain(run)
})

test('the commands that install the agent are those of its guide', () => {
  const { install, token, service } = agentCommands('otobo', 'https://api.example.com')
  const guide = guideOf('agent')
  for (const command of [install, token, service]) expect(guide).toContain(command)
})

test.each(systems)('the agent for %s signs in at this deployment', (system) => {
  const { run, sample } = agentCommands(system, 'https://api.example.com')
  expect(run).toContain('--url https://api.example.com --token-file /etc/postmaster-agent/token')
  expect(sample === undefined).toBe(system === 'maildir')
})
