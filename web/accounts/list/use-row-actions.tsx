import { type ReactNode, useState } from 'react'
import { useLocation } from 'wouter'
import { useFlash } from '../../shared/feedback/flash.tsx'
import { validityText } from '../../shared/forms/validity.tsx'
import { accountName } from '../../shared/words/account-name.ts'
import { TestDialog } from '../account/test-dialog.tsx'
import { DeleteDialog } from '../delete-dialog.tsx'
import { accountsChanged, fetchNow, setValidity } from '../queries.ts'
import type { AccountSummary } from '../summaries.ts'
import type { RowAction } from './row-menu.tsx'
import { texts } from './texts.ts'

interface Open {
  readonly dialog: 'test' | 'delete'
  readonly account: AccountSummary
}

interface RowActions {
  readonly onAction: (account: AccountSummary, action: RowAction) => void
  /** What an action has opened. */
  readonly dialog: ReactNode
}

/** Performs the actions of a row. */
export const useRowActions = (): RowActions => {
  const [, navigate] = useLocation()
  const flash = useFlash()
  const [open, setOpen] = useState<Open>()
  const close = (): void => setOpen(undefined)

  const perform = async (account: AccountSummary, action: RowAction): Promise<void> => {
    const { accountId } = account
    if (action === 'test' || action === 'delete') setOpen({ dialog: action, account })
    else if (action === 'edit') navigate(`/accounts/${accountId}/edit`)
    else if (action === 'fetch') {
      await fetchNow(accountId, false)
      flash.success(texts.fetchRequested(1))
      accountsChanged()
    } else {
      await setValidity(accountId, action)
      flash.success(texts.validitySaved(accountName(account), validityText(action)))
      accountsChanged()
    }
  }
  const onAction = (account: AccountSummary, action: RowAction): void => {
    perform(account, action).catch(flash.problem)
  }
  const dialog =
    open?.dialog === 'test' ? (
      <TestDialog accountId={open.account.accountId} onClose={close} />
    ) : (
      open && <DeleteDialog account={open.account} onDeleted={close} onCancel={close} />
    )
  return { onAction, dialog }
}
