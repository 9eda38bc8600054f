import AppLayout from '@cloudscape-design/components/app-layout'
import { useQuery } from '@tanstack/react-query'
import { type ReactNode, useState } from 'react'
import { meQuery } from '../api/me.ts'
import { FlashStack } from '../shared/flash.tsx'
import { isNarrow } from '../shared/narrow.ts'
import { SideNav } from './side-nav.tsx'
import { TopBar } from './top-bar.tsx'

/** The frame around every screen. */
export const Layout = ({ children }: { children: ReactNode }) => {
  const [open, setOpen] = useState(!isNarrow())
  const me = useQuery(meQuery)
  return (
    <>
      <div id="top-bar" className="top-bar">
        <TopBar me={me.data} />
      </div>
      <AppLayout
        headerSelector="#top-bar"
        navigationOpen={open}
        onNavigationChange={({ detail }) => setOpen(detail.open)}
        navigation={
          <SideNav
            onFollow={() => {
              // The navigation covers the content of a narrow window.
              if (isNarrow()) setOpen(false)
            }}
          />
        }
        toolsHide
        notifications={<FlashStack />}
        stickyNotifications
        content={children}
        ariaLabels={{
          navigation: 'Screens',
          navigationClose: 'Close the list of screens',
          navigationToggle: 'Open the list of screens',
          notifications: 'Notifications',
        }}
      />
    </>
  )
}
