import ButtonDropdown from '@cloudscape-design/components/button-dropdown'
import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { mayDouble } from '../deliveries/delivery.ts'
import { HandleDialog, RedirectDialog } from '../deliveries/delivery-dialogs.tsx'
import { redirectDelivery } from '../deliveries/queries.ts'
import { downloadRawMail } from '../messages/message/download.ts'
import { ConfirmDialog } from '../shared/feedback/confirm-dialog.tsx'
import { useFlash } from '../shared/feedback/flash.tsx'
import { PageLink } from '../shared/navigation/page-link.tsx'
import type { QuarantineItem } from './item.ts'
import { nameOf } from './item-cells.tsx'
import { handleItem, retryItem } from './queries.ts'
import { quarantineTexts as texts } from './texts.ts'

type Question = 'retry' | 'redirect' | 'handle'

/** What a person can do with one item of the quarantine. A reader can download only. */
export const ItemActions = ({ item, canChange }: { item: QuarantineItem; canChange: boolean }) => {
  const [asking, setAsking] = useState<Question>()
  const [isBusy, setBusy] = useState(false)
  const flash = useFlash()
  const settle = useSettle()
  const close = () => setAsking(undefined)
  const retry = async () => {
    const runId = await retryItem(item)
    flash.success(runId === undefined ? texts.retriedDelivery : <RetriedMessage runId={runId} />)
    settle()
  }
  const atOnce = (action: () => Promise<void>) => {
    setBusy(true)
    void action()
      .catch(flash.problem)
      .finally(() => setBusy(false))
  }
  const isDelivery = item.kind === 'delivery'
  const follow = (id: string) => {
    if (id === 'download' && isDelivery) atOnce(() => downloadRawMail(item.messageId))
    if (id === 'retry' && !(isDelivery && mayDouble(item))) atOnce(retry)
    else if (id === 'retry' || id === 'redirect' || id === 'handle') setAsking(id)
  }
  const handleTexts = isDelivery ? texts.handleDelivery : texts.handleMessage
  return (
    <>
      <ButtonDropdown
        variant="inline-icon"
        expandToViewport
        loading={isBusy}
        ariaLabel={texts.actionsFor(nameOf(item))}
        items={[
          ...(canChange ? [{ id: 'retry', text: texts.retry }] : []),
          ...(canChange && isDelivery ? [{ id: 'redirect', text: texts.redirect }] : []),
          ...(isDelivery ? [{ id: 'download', text: texts.download }] : []),
          ...(canChange ? [{ id: 'handle', text: texts.handleOne }] : []),
        ]}
        onItemClick={({ detail }) => follow(detail.id)}
      />
      {asking === 'retry' && (
        <ConfirmDialog title={texts.doubt.title} confirm={texts.retry} action={retry} onDone={close} onCancel={close}>
          {texts.doubt.text}
        </ConfirmDialog>
      )}
      {asking === 'handle' && (
        <HandleDialog
          title={handleTexts.title}
          handle={(note) => handleItem(item, note)}
          onDone={() => {
            flash.success(texts.handled)
            settle()
          }}
          onCancel={close}
        >
          {handleTexts.text}
        </HandleDialog>
      )}
      {asking === 'redirect' && isDelivery && (
        <RedirectDialog
          from={item.destinationId}
          redirect={async ({ id, name }) => {
            await redirectDelivery(item.deliveryId, id)
            flash.success(texts.redirected(name))
          }}
          onDone={settle}
          onCancel={close}
        />
      )}
    </>
  )
}

/** @returns a function that renews what shows the quarantine or its count */
export const useSettle = () => {
  const queries = useQueryClient()
  return () => {
    for (const key of ['quarantine', 'deliveries', 'destinations', 'overview', 'runs'])
      void queries.invalidateQueries({ queryKey: [key] })
  }
}

const RetriedMessage = ({ runId }: { runId: string }) => (
  <>
    {texts.retriedMessage}{' '}
    <PageLink to={`/runs/${runId}`} color="inverted">
      {texts.showRun}
    </PageLink>
  </>
)
