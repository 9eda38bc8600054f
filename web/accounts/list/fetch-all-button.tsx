import Button from '@cloudscape-design/components/button'
import { useState } from 'react'
import { useLocation } from 'wouter'
import { api, bodyOf } from '../../api/client.ts'
import { ConfirmDialog } from '../../shared/feedback/confirm-dialog.tsx'
import { useFlash } from '../../shared/feedback/flash.tsx'
import { accountsChanged } from '../queries.ts'
import type { AccountSummary } from '../summaries.ts'
import { texts } from './texts.ts'

/** Fetches every valid account now. It reaches many mail servers at once, so it asks first. */
export const FetchAllButton = ({ accounts }: { accounts: ReadonlyMap<string, AccountSummary> | undefined }) => {
  const [isOpen, setOpen] = useState(false)
  const [, navigate] = useLocation()
  const flash = useFlash()
  const valid = [...(accounts?.values() ?? [])].filter(({ validity }) => validity === 'valid').length
  return (
    <>
      <Button disabled={valid === 0} onClick={() => setOpen(true)}>
        {texts.actions.fetchAll}
      </Button>
      {isOpen && (
        <ConfirmDialog
          title={texts.actions.fetchAll}
          confirm={texts.actions.fetchNow}
          action={() => bodyOf(api.POST('/fetch'))}
          onDone={() => {
            flash.success(texts.fetchRequested(valid))
            accountsChanged()
            navigate('/runs?trigger=request')
          }}
          onCancel={() => setOpen(false)}
        >
          {texts.fetchAllConfirm(valid)}
        </ConfirmDialog>
      )}
    </>
  )
}
