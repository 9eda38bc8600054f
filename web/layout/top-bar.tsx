import TopNavigation from '@cloudscape-design/components/top-navigation'
import { useState } from 'react'
import { useLocation, useRouter } from 'wouter'
import type { components } from '../api/schema.d.ts'
import { signOut } from '../session/session.ts'
import { useFlash } from '../shared/feedback/flash.tsx'
import { storedTheme, storeTheme, type Theme } from '../shared/theme.ts'

const themes: readonly { readonly id: Theme; readonly text: string }[] = [
  { id: 'system', text: 'System theme' },
  { id: 'light', text: 'Light theme' },
  { id: 'dark', text: 'Dark theme' },
]

const isTheme = (id: string): id is Theme => themes.some((theme) => theme.id === id)

export const TopBar = ({ me }: { me: components['schemas']['Me'] | undefined }) => {
  const [theme, setTheme] = useState(storedTheme)
  const [, navigate] = useLocation()
  const { base } = useRouter()
  const flash = useFlash()
  const follow = (id: string) => {
    if (id === 'sign-out') void signOut().catch(flash.problem)
    if (!isTheme(id)) return
    storeTheme(id)
    setTheme(id)
  }
  return (
    <TopNavigation
      identity={{
        title: 'Postmaster',
        href: `${base}/`,
        onFollow: (event) => {
          event.preventDefault()
          navigate('/')
        },
      }}
      utilities={[
        { type: 'button', text: 'API', href: '/docs', external: true, externalIconAriaLabel: 'Opens in a new tab' },
        {
          type: 'menu-dropdown',
          iconName: 'user-profile',
          text: me?.name ?? '',
          ariaLabel: me ? `Account ${me.name}` : 'Account',
          description:
            me && (me.role === 'admin' ? 'Admin' : 'Reader: you can view everything but not change anything.'),
          onItemClick: ({ detail }) => follow(detail.id),
          items: [
            ...themes.map(({ id, text }) => ({
              id,
              text,
              itemType: 'checkbox' as const,
              checked: id === theme,
            })),
            { id: 'sign-out', text: 'Sign out', iconName: 'external' as const },
          ],
        },
      ]}
      i18nStrings={{
        overflowMenuTriggerText: 'More',
        overflowMenuTitleText: 'All',
        overflowMenuBackIconAriaLabel: 'Back',
      }}
    />
  )
}
