import Button from '@cloudscape-design/components/button'
import Form from '@cloudscape-design/components/form'
import Grid from '@cloudscape-design/components/grid'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { useMutation } from '@tanstack/react-query'
import { type ReactNode, useRef, useState } from 'react'
import { flushSync } from 'react-dom'
import { useLocation } from 'wouter'
import { isNarrow } from '../../shared/narrow.ts'
import { ConflictDialog } from './conflict/conflict-dialog.tsx'
import { useSettingNames } from './conflict/use-setting-names.ts'
import { type AccountDraft, draftOf } from './draft/draft.ts'
import { CollectingSection } from './fields/collecting-section.tsx'
import type { FolderAccess } from './fields/folder-field.tsx'
import { GeneralSection } from './fields/general-section.tsx'
import { LoginSection } from './fields/login-section.tsx'
import { hasMoreSettings, MoreSection } from './fields/more-section.tsx'
import { QueueSection } from './fields/queue-section.tsx'
import { ServerSection } from './fields/server-section.tsx'
import { FormProblem } from './form-problem.tsx'
import type { Stored } from './save.ts'
import { runTest } from './testing/run-test.ts'
import { TestPanel } from './testing/test-panel.tsx'
import { actions } from './texts.ts'
import { useEditing } from './use-editing.tsx'
import { useFirstError } from './use-first-error.ts'

interface AccountEditorProps {
  /** Undefined for a new account. */
  stored: Stored | undefined
  /** Where Cancel leads. */
  cancelTo: string
  /** What stands above the connection test. */
  beside?: ReactNode
}

/** The form of an account with the connection test beside it. */
export const AccountEditor = ({ stored: begun, cancelTo, beside }: AccountEditorProps) => {
  const [, navigate] = useLocation()
  const panel = useRef<HTMLDivElement>(null)
  const more = useRef<HTMLDivElement>(null)
  const element = useRef<HTMLFormElement>(null)
  const names = useSettingNames()
  const { stored, state, saving, save, conflict } = useEditing(begun)
  const { form } = state
  const [isMoreOpen, setMoreOpen] = useState(() => hasMoreSettings(form.draft))
  useFirstError(element, state.attempt)
  const accountId = stored?.value.accountId
  const testing = useMutation({ mutationFn: (draft: AccountDraft) => runTest(accountId, draft) })
  const access: FolderAccess = {
    check: state.checkLogin,
    read: () => runTest(accountId, { ...form.draft, folder: '' }),
  }
  const test = () => {
    if (!state.checkLogin()) return
    testing.mutate(form.draft)
    if (isNarrow()) panel.current?.scrollIntoView({ block: 'start' })
  }
  return (
    <Grid gridDefinition={[{ colspan: { default: 12, m: 8 } }, { colspan: { default: 12, m: 4 } }]}>
      <form ref={element} noValidate onSubmit={(event) => event.preventDefault()}>
        <Form
          actions={
            <SpaceBetween direction="horizontal" size="xs">
              <Button formAction="none" variant="link" onClick={() => navigate(cancelTo)}>
                {actions.cancel}
              </Button>
              <Button formAction="none" loading={testing.isPending} onClick={test}>
                {actions.test}
              </Button>
              <Button formAction="none" loading={saving === 'stay'} onClick={() => save('stay')}>
                {actions.save}
              </Button>
              <Button formAction="none" variant="primary" loading={saving === 'finish'} onClick={() => save('finish')}>
                {actions.saveAndFinish}
              </Button>
            </SpaceBetween>
          }
        >
          <SpaceBetween size="l">
            <ServerSection form={form} />
            <LoginSection form={form} />
            <QueueSection form={form} access={access} />
            <CollectingSection form={form} access={access} waiting={testing.data?.waiting} />
            <GeneralSection form={form} />
            <div ref={more}>
              <MoreSection form={form} access={access} isOpen={isMoreOpen} onToggle={setMoreOpen} />
            </div>
            <div data-problem>
              <FormProblem hasFieldErrors={state.hasFieldErrors} thrown={state.problem} />
            </div>
          </SpaceBetween>
        </Form>
      </form>
      <div ref={panel} className="beside-form">
        <SpaceBetween size="l">
          {beside}
          <TestPanel
            form={form}
            testing={testing}
            onTest={test}
            onEnterCa={() => {
              // The field must exist before it can be shown.
              flushSync(() => setMoreOpen(true))
              more.current?.scrollIntoView({ block: 'center' })
              more.current?.querySelector('textarea')?.focus()
            }}
          />
        </SpaceBetween>
      </div>
      {conflict && stored && (
        <ConflictDialog
          drafts={{ base: draftOf(stored.value), mine: form.draft, theirs: draftOf(conflict.theirs.value) }}
          names={names}
          changedBy={conflict.theirs.value.changedBy}
          changedAt={conflict.theirs.value.changedAt}
          onSave={conflict.resolve}
          onCancel={conflict.cancel}
        />
      )}
    </Grid>
  )
}
