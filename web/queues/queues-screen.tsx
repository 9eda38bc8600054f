import SpaceBetween from '@cloudscape-design/components/space-between'
import Tabs from '@cloudscape-design/components/tabs'
import { useAddressState } from '../shared/navigation/address-state.ts'
import { Screen } from '../shared/screen.tsx'
import { AddressTable } from './address-table.tsx'
import { DefaultQueuePanel } from './default-queue-panel.tsx'
import { QueueTable } from './queue-table.tsx'
import { texts } from './texts.ts'

const QueuesScreen = () => {
  const [tab, setTab] = useAddressState('tab')
  return (
    <Screen title={texts.title} description={texts.description}>
      <SpaceBetween size="l">
        <DefaultQueuePanel />
        <Tabs
          activeTabId={tab === 'addresses' ? 'addresses' : 'queues'}
          onChange={({ detail }) => setTab(detail.activeTabId === 'queues' ? '' : detail.activeTabId)}
          tabs={[
            { id: 'queues', label: texts.tabs.queues, content: <QueueTable /> },
            { id: 'addresses', label: texts.tabs.addresses, content: <AddressTable /> },
          ]}
        />
      </SpaceBetween>
    </Screen>
  )
}

export default QueuesScreen
