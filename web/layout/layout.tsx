import AppLayout from '@cloudscape-design/components/app-layout'
import { useQuery } from '@tanstack/react-query'
import { type ReactNode, useState } from 'react'
import { meQuery } from '../api/me.ts'
import { FlashStack } from '../shared/flash.tsx'
import { SideNav } from './side-nav.tsx'
import { TopBar } from './top-bar.tsx'

/** Below this width, in pixels, the navigation covers the content, so it closes after each use. */
const narrow = 688

/** The frame around every screen. */
export const Layout = ({ children }: { children: ReactNode }) => {
  const [open, setOpen] = useState(window.innerWidth > narrow)
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
              if (window.innerWidth <= narrow) setOpen(false)
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
