import Button from '@cloudscape-design/components/button'
import ButtonDropdown from '@cloudscape-design/components/button-dropdown'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { useLocation } from 'wouter'
import { useFlash } from '../../shared/feedback/flash.tsx'
import { validityText } from '../../shared/forms/validity.tsx'
import { lastAddressOf } from '../../shared/navigation/last-address.ts'
import { PageButton } from '../../shared/navigation/page-button.tsx'
import { PageLink } from '../../shared/navigation/page-link.tsx'
import type { Account } from '../account-types.ts'
import { needsConsent } from '../connection/needs-consent.ts'
import { DeleteDialog } from '../delete-dialog.tsx'
import { accountsChanged, fetchNow, setValidity } from '../queries.ts'
import { TestDialog } from './test-dialog.tsx'
import { accountTexts as texts } from './texts.ts'

const validityItems = [
  { id: 'valid', text: texts.setValid },
  { id: 'invalid-temporarily', text: texts.setTemporarily },
  { id: 'invalid', text: texts.setInvalid },
] as const

/** What an admin can do with an account. */
export const AccountActions = ({ account }: { account: Account }) => {
  const { accountId, validity, oauth2 } = account
  const cannotFetch = validity !== 'valid' ? texts.notValid : needsConsent(oauth2) ? texts.notConnected : undefined
  const [, navigate] = useLocation()
  const [open, setOpen] = useState<'test' | 'delete'>()
  const flash = useFlash()
  const fetching = useMutation({
    mutationFn: (debug: boolean) => fetchNow(accountId, debug),
    onSuccess: ({ runs: [run] }) => {
      accountsChanged()
      flash.success(
        <>
          {run?.queuedBehind === undefined ? texts.asked : texts.askedBehind}{' '}
          {run && (
            <PageLink color="inverted" to={`/runs/${run.runId}`}>
              {texts.showRun}
            </PageLink>
          )}
        </>,
      )
    },
    onError: flash.problem,
  })
  const switching = useMutation({
    mutationFn: (to: Account['validity']) => setValidity(accountId, to),
    onSuccess: (_saved, to) => {
      accountsChanged()
      flash.success(texts.validityChanged(validityText(to)))
    },
    onError: flash.problem,
  })
  return (
    <SpaceBetween direction="horizontal" size="xs">
      <Button
        loading={fetching.isPending}
        disabled={cannotFetch !== undefined}
        disabledReason={cannotFetch}
        onClick={() => fetching.mutate(false)}
      >
        {texts.fetchNow}
      </Button>
      <Button onClick={() => setOpen('test')}>{texts.test}</Button>
      <ButtonDropdown
        loading={switching.isPending}
        items={[
          {
            id: 'record',
            text: texts.fetchAndRecord,
            disabled: cannotFetch !== undefined,
            disabledReason: cannotFetch,
          },
          ...validityItems.filter(({ id }) => id !== validity),
          { id: 'delete', text: `${texts.remove} …` },
        ]}
        onItemClick={({ detail: { id } }) => {
          if (id === 'record') fetching.mutate(true)
          if (id === 'delete') setOpen('delete')
          const chosen = validityItems.find((item) => item.id === id)
          if (chosen) switching.mutate(chosen.id)
        }}
      >
        {texts.more}
      </ButtonDropdown>
      <PageButton variant="primary" to={`/accounts/${accountId}/edit`}>
        {texts.edit}
      </PageButton>
      {open === 'test' && <TestDialog accountId={accountId} onClose={() => setOpen(undefined)} />}
      {open === 'delete' && (
        <DeleteDialog
          account={account}
          onDeleted={() => navigate(lastAddressOf('/accounts'))}
          onCancel={() => setOpen(undefined)}
        />
      )}
    </SpaceBetween>
  )
}
