import Tabs from '@cloudscape-design/components/tabs'
import { useAddressState } from '../shared/navigation/address-state.ts'
import { Screen } from '../shared/screen.tsx'
import { ProfileTable } from './profile-table.tsx'
import { ProviderTable } from './provider-table.tsx'
import { texts } from './texts.ts'

const OAuth2Screen = () => {
  const [tab, setTab] = useAddressState('tab')
  return (
    <Screen title={texts.title} description={texts.description}>
      <Tabs
        activeTabId={tab === 'providers' ? 'providers' : 'profiles'}
        onChange={({ detail }) => setTab(detail.activeTabId === 'profiles' ? '' : detail.activeTabId)}
        tabs={[
          { id: 'profiles', label: texts.tabs.profiles, content: <ProfileTable /> },
          { id: 'providers', label: texts.tabs.providers, content: <ProviderTable /> },
        ]}
      />
    </Screen>
  )
}

export default OAuth2Screen
