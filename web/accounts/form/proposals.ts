import { api, bodyOf } from '../../api/client.ts'
import type { components } from '../../api/schema.d.ts'
import { accountTypes } from '../account-types.ts'
import type { AccountDraft } from './draft/draft.ts'

export type Proposal = components['schemas']['MailServerProposal']

/** The API asks for the same form of an address. */
export const isAddress = (text: string): boolean => /^[^\s@]+@[^\s@.]+(?:\.[^\s@.]+)+$/.test(text)

export const proposalsFor = (address: string) =>
  bodyOf(api.GET('/mail-server-proposals', { params: { query: { address } } }))

/** @returns the fields that a proposed server sets */
export const serverFields = ({ type, host, port }: Proposal): Pick<AccountDraft, 'type' | 'host' | 'port'> => ({
  type,
  host,
  port: port === accountTypes[type].port ? '' : String(port),
})
