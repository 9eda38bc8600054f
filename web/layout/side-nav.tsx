import SideNavigation, { type SideNavigationProps } from '@cloudscape-design/components/side-navigation'
import { useLocation, useRouter } from 'wouter'
import { navigation } from './navigation.ts'

export const SideNav = ({ onFollow }: { onFollow: () => void }) => {
  const [location, navigate] = useLocation()
  const { base } = useRouter()
  const items: SideNavigationProps.Item[] = navigation.flatMap(({ heading, entries }): SideNavigationProps.Item[] => {
    const links = entries.map(({ text, to }) => ({ type: 'link' as const, text, href: `${base}${to}` }))
    return heading === undefined ? links : [{ type: 'section-group' as const, title: heading, items: links }]
  })
  return (
    <SideNavigation
      activeHref={`${base}${activePath(location)}`}
      items={items}
      onFollow={(event) => {
        event.preventDefault()
        navigate(event.detail.href.slice(base.length))
        onFollow()
      }}
    />
  )
}

/** @returns the entry whose screen, or a screen below it, is shown */
const activePath = (location: string): string => {
  const paths = navigation.flatMap(({ entries }) => entries.map(({ to }) => to))
  return paths.find((path) => path !== '/' && (location === path || location.startsWith(`${path}/`))) ?? '/'
}
