import Box from '@cloudscape-design/components/box'
import { ConfirmDialog } from '../shared/feedback/confirm-dialog.tsx'
import { useFlash } from '../shared/feedback/flash.tsx'
import { accountName } from '../shared/words/account-name.ts'
import { deleteTexts as texts } from './account/texts.ts'
import type { Account } from './account-types.ts'
import { accountsChanged, deleteAccount } from './queries.ts'

interface DeleteDialogProps {
  account: Pick<Account, 'accountId' | 'username' | 'mailbox' | 'host'>
  onDeleted: () => void
  onCancel: () => void
}

/** Asks before an account is deleted, and says what stays. */
export const DeleteDialog = ({ account, onDeleted, onCancel }: DeleteDialogProps) => {
  const flash = useFlash()
  const name = accountName(account)
  return (
    <ConfirmDialog
      title={texts.title(name)}
      confirm={texts.confirm}
      action={() => deleteAccount(account.accountId)}
      onDone={() => {
        flash.success(texts.deleted(name))
        accountsChanged(account.accountId)
        onDeleted()
      }}
      onCancel={onCancel}
    >
      <Box>{texts.ends}</Box>
      <ul>
        {texts.items.map((item) => (
          <li key={item}>{item}</li>
        ))}
      </ul>
    </ConfirmDialog>
  )
}
