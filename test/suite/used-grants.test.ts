import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { noteGrants, unusedGrants } from './used-grants.ts'

it('a grant is unused if no stack of the suite has used it', () => {
  const folder = mkdtempSync(join(tmpdir(), 'postmaster-grants-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const grant = (action: string, resource: string, used: boolean) => ({ functionId: 'Fetch', action, resource, used })
  const table = (name: string) => `arn:aws:dynamodb:us-east-1:000000000000:table/${name}`
  noteGrants(folder, [grant('dynamodb:GetItem', table('a'), true), grant('dynamodb:GetItem', table('b'), false)])
  noteGrants(folder, [
    grant('dynamodb:GetItem', table('a'), false),
    grant('dynamodb:GetItem', table('b'), false),
    grant('dynamodb:GetItem', table('c'), false),
    grant('secretsmanager:ListSecrets', '*', false),
  ])
  expect(unusedGrants(folder)).toEqual([
    'Fetch dynamodb:GetItem on table/b, table/c',
    'Fetch secretsmanager:ListSecrets on *',
  ])
})

it('a suite without a stack has no unused grants', () => {
  expect(unusedGrants(join(tmpdir(), 'postmaster-no-such-folder'))).toEqual([])
})
