import AppLayout from '@cloudscape-design/components/app-layout'
import { useQuery } from '@tanstack/react-query'
import { type ReactNode, useState } from 'react'
import { meQuery } from '../api/me.ts'
import { FlashStack } from '../shared/feedback/flash.tsx'
import { useIsNarrow } from '../shared/narrow.ts'
import { SideNav } from './side-nav.tsx'
import { TopBar } from './top-bar.tsx'

/** The frame around every screen. */
export const Layout = ({ children }: { children: ReactNode }) => {
  const isNarrow = useIsNarrow()
  // Two states, because the kit closes the navigation when the window becomes narrow, also for a moment while it opens.
  const [isOpenWide, setOpenWide] = useState(true)
  const [isOpenNarrow, setOpenNarrow] = useState(false)
  const setOpen = isNarrow ? setOpenNarrow : setOpenWide
  const me = useQuery(meQuery)
  return (
    <>
      <div id="top-bar" className="top-bar">
        <TopBar me={me.data} />
      </div>
      <AppLayout
        headerSelector="#top-bar"
        navigationOpen={isNarrow ? isOpenNarrow : isOpenWide}
        onNavigationChange={({ detail }) => setOpen(detail.open)}
        navigation={
          <SideNav
            // The navigation covers the content of a narrow window.
            onFollow={() => setOpenNarrow(false)}
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
