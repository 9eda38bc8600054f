import Button from '@cloudscape-design/components/button'
import ButtonDropdown from '@cloudscape-design/components/button-dropdown'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useLocation } from 'wouter'
import { allDestinations } from '../api/short-lists.ts'
import { ConfirmDialog } from '../shared/feedback/confirm-dialog.tsx'
import { useFlash } from '../shared/feedback/flash.tsx'
import { PageButton } from '../shared/navigation/page-button.tsx'
import { DeleteDialog } from './delete-dialog.tsx'
import type { Destination } from './destination.ts'
import { setValidity } from './queries.ts'
import { ReplayDialog } from './replay/replay-dialog.tsx'
import { RotateDialog } from './secrets/rotate-dialog.tsx'
import { deleteTexts, pageTexts, pauseTexts, secretTexts } from './texts.ts'

type Question = 'pause' | 'replay' | 'rotate' | 'remove'
const isQuestion = (id: string): id is Question => ['pause', 'replay', 'rotate', 'remove'].includes(id)

interface DestinationActionsProps {
  destination: Destination
  isTesting: boolean
  onTest: () => void
}

/** The buttons of a destination's page, and their dialogs. */
export const DestinationActions = ({ destination, isTesting, onTest }: DestinationActionsProps) => {
  const { destinationId, name, kind, validity } = destination
  const [asking, setAsking] = useState<Question>()
  const [, navigate] = useLocation()
  const queries = useQueryClient()
  const flash = useFlash()
  const dialog = { onCancel: () => setAsking(undefined) }
  const done = (text: string) => {
    setAsking(undefined)
    flash.success(text)
    void queries.invalidateQueries({ queryKey: ['destinations'] })
    void queries.invalidateQueries({ queryKey: ['overview'] })
  }
  const resuming = useMutation({
    mutationFn: () => setValidity(destinationId, 'valid'),
    onSuccess: () => done(pauseTexts.resumed(name)),
    onError: flash.problem,
  })
  return (
    <>
      <SpaceBetween direction="horizontal" size="xs">
        <Button loading={isTesting} onClick={onTest}>
          {pageTexts.test}
        </Button>
        {validity === 'valid' ? (
          <Button onClick={() => setAsking('pause')}>{pageTexts.pause}</Button>
        ) : (
          <Button loading={resuming.isPending} onClick={() => resuming.mutate()}>
            {pageTexts.resume}
          </Button>
        )}
        <ButtonDropdown
          items={[
            { id: 'replay', text: pageTexts.replay },
            ...(kind === 'webhook' ? [{ id: 'rotate', text: pageTexts.rotate }] : []),
            { id: 'remove', text: pageTexts.remove },
          ]}
          onItemClick={({ detail }) => {
            if (isQuestion(detail.id)) setAsking(detail.id)
          }}
        >
          {pageTexts.more}
        </ButtonDropdown>
        <PageButton to={`/destinations/${destinationId}/edit`} variant="primary">
          {pageTexts.edit}
        </PageButton>
      </SpaceBetween>
      {asking === 'pause' && (
        <ConfirmDialog
          {...dialog}
          title={pauseTexts.title(name)}
          confirm={pageTexts.pause}
          action={() => setValidity(destinationId, 'invalid-temporarily')}
          onDone={() => done(pauseTexts.paused(name))}
        >
          {pauseTexts.text}
        </ConfirmDialog>
      )}
      {asking === 'replay' && <ReplayDialog destination={destination} onClose={() => setAsking(undefined)} />}
      {asking === 'rotate' && (
        <RotateDialog {...dialog} destination={destination} onDone={() => done(secretTexts.done)} />
      )}
      {asking === 'remove' && (
        <DeleteDialog
          {...dialog}
          destination={destination}
          onDone={() => {
            navigate('/destinations')
            flash.success(deleteTexts.done(name))
            // Nothing is read about the destination itself, which no longer exists.
            void queries.invalidateQueries({ queryKey: allDestinations.queryKey })
            void queries.invalidateQueries({ queryKey: ['overview'] })
          }}
        />
      )}
    </>
  )
}
