import type { HeaderTrait } from '../compose.ts'
import type { Fields } from '../message.ts'

const documented = 'docs/dispatching.md'

const kind = (automatic: string, name: string, fields: Fields, source: string): HeaderTrait => ({
  name,
  fields,
  shows: { automatic },
  source,
})
const machine = (name: string, fields: Fields, source: string): HeaderTrait => ({
  name,
  fields,
  shows: { loop: true },
  source,
})
const person = (name: string, fields: Fields, source = documented): HeaderTrait => ({
  name,
  fields,
  shows: { automatic: null, loop: false },
  source,
})

const reply = 'RFC 3834 section 5'
const list = 'RFC 2369, RFC 2919'

/** Signs that a machine wrote the message, each alone. */
export const signs: readonly HeaderTrait[] = [
  kind('bounce', 'an empty Return-Path', { 'Return-Path': '<>' }, 'RFC 5321 section 4.5.5'),
  kind('bounce', 'an empty Return-Path with a blank', { 'Return-Path': ' < >' }, 'RFC 5322 section 3.6.7'),
  kind('automatic-reply', 'Auto-Submitted: auto-replied', { 'Auto-Submitted': 'auto-replied' }, reply),
  kind(
    'automatic-reply',
    'Auto-Submitted with a parameter',
    { 'Auto-Submitted': 'auto-replied; owner-email="a@x.example"' },
    reply,
  ),
  kind('automatic-reply', 'Auto-Submitted with a comment', { 'Auto-Submitted': '(vacation) Auto-Replied' }, reply),
  kind(
    'automatic-reply',
    'an empty Return-Path of an automatic reply',
    { 'Return-Path': '<>', 'Auto-Submitted': 'auto-replied' },
    reply,
  ),
  kind('automatic-reply', 'X-Autoreply', { 'X-Autoreply': 'yes' }, documented),
  kind('automatic-reply', 'X-Autorespond', { 'X-Autorespond': 'Out of office' }, documented),
  kind('bulk', 'List-Id', { 'List-Id': 'Users <users.lists.example.org>' }, list),
  kind('bulk', 'List-Post', { 'List-Post': '<mailto:users@lists.example.org>' }, list),
  kind('bulk', 'Precedence: bulk', { Precedence: 'bulk' }, documented),
  kind('bulk', 'Precedence: list', { Precedence: 'LIST' }, documented),
  kind('bulk', 'Precedence: junk', { Precedence: 'junk' }, documented),
  kind('own', 'a system address as the sender', { From: 'Sales <sales@example.com>' }, documented),
  kind('own', 'a system address with an A-label as the sender', { From: 'hilfe@xn--bcher-kva.example' }, documented),
  machine('Auto-Submitted: auto-generated', { 'Auto-Submitted': 'auto-generated' }, reply),
  machine('Mailing-List', { 'Mailing-List': 'contact users-help@example.org' }, documented),
  machine('X-Loop', { 'X-Loop': 'users@example.org' }, documented),
  machine('X-No-Loop', { 'X-No-Loop': '1' }, documented),
  machine('X-OTOBO-Loop', { 'X-OTOBO-Loop': 'yes' }, documented),
]

/** Mail from people, with at most one weak sign. */
export const persons: readonly HeaderTrait[] = [
  person('no sign', {}),
  person('a Return-Path', { 'Return-Path': '<writer@example.net>' }),
  person('Auto-Submitted: no', { 'Auto-Submitted': 'no' }, reply),
  person('Auto-Submitted: no with a comment', { 'Auto-Submitted': 'No (written by a person)' }, reply),
  person('Precedence: normal', { Precedence: 'normal' }),
  person('Precedence: first-class', { Precedence: 'first-class' }),
  person('X-Auto-Response-Suppress', { 'X-Auto-Response-Suppress': 'All' }),
  person('List-Unsubscribe', { 'List-Unsubscribe': '<https://sales.example.net/unsubscribe/1>' }),
  person('X-OTOBO-Loop: no', { 'X-OTOBO-Loop': 'no' }, documented),
  person('an address of the same domain', { From: 'jane@example.com' }),
  person('a quoted message about automatic mail', { Subject: 'Re: Auto-Submitted: auto-replied' }),
]
