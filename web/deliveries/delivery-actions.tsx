import Button from '@cloudscape-design/components/button'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { ConfirmDialog } from '../shared/feedback/confirm-dialog.tsx'
import { useFlash } from '../shared/feedback/flash.tsx'
import { actionsIn, type Delivery, type DeliveryAction, mayDouble } from './delivery.ts'
import { HandleDialog, RedirectDialog } from './delivery-dialogs.tsx'
import { handleDelivery, redirectDelivery, replayDelivery, retryDelivery } from './queries.ts'
import { actionTexts, deliveryTexts } from './texts.ts'

/** The buttons with which a person decides about a delivery, and their dialogs. */
export const DeliveryActions = ({ delivery }: { delivery: Delivery }) => {
  const { deliveryId, destinationId, destinationName = deliveryTexts.deletedDestination } = delivery
  const [asking, setAsking] = useState<DeliveryAction>()
  const flash = useFlash()
  const queries = useQueryClient()
  const settle = () => {
    setAsking(undefined)
    for (const queryKey of [['deliveries'], ['destinations'], ['quarantine'], ['overview']])
      void queries.invalidateQueries({ queryKey })
  }
  const done = (text: string) => () => {
    flash.success(text)
    settle()
  }
  const retrying = useMutation({
    mutationFn: () => retryDelivery(deliveryId),
    onSuccess: done(actionTexts.done.retry),
    onError: flash.problem,
  })
  const dialog = { onCancel: () => setAsking(undefined) }
  return (
    <>
      <SpaceBetween direction="horizontal" size="xs">
        {actionsIn(delivery.state).map((action) => (
          <Button
            key={action}
            loading={action === 'retry' && retrying.isPending}
            onClick={() => (action === 'retry' && !mayDouble(delivery) ? retrying.mutate() : setAsking(action))}
          >
            {actionTexts.names[action]}
          </Button>
        ))}
      </SpaceBetween>
      {asking === 'retry' && (
        <ConfirmDialog
          {...dialog}
          title={actionTexts.retry.title}
          confirm={actionTexts.names.retry}
          action={() => retryDelivery(deliveryId)}
          onDone={done(actionTexts.done.retry)}
        >
          {actionTexts.retry.text}
        </ConfirmDialog>
      )}
      {asking === 'replay' && (
        <ConfirmDialog
          {...dialog}
          title={actionTexts.replay.title}
          confirm={actionTexts.names.replay}
          action={() => replayDelivery(deliveryId)}
          onDone={done(actionTexts.done.replay)}
        >
          {actionTexts.replay.text(destinationName)}
        </ConfirmDialog>
      )}
      {asking === 'handle' && (
        <HandleDialog
          {...dialog}
          title={actionTexts.handle.title}
          handle={(note) => handleDelivery(deliveryId, note)}
          onDone={done(actionTexts.done.handle)}
        >
          {actionTexts.handle.text}
        </HandleDialog>
      )}
      {asking === 'redirect' && (
        <RedirectDialog
          {...dialog}
          from={destinationId}
          redirect={async ({ id, name }) => {
            await redirectDelivery(deliveryId, id)
            flash.success(actionTexts.done.redirect(name))
          }}
          onDone={settle}
        />
      )}
    </>
  )
}
