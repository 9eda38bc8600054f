import BreadcrumbGroup from '@cloudscape-design/components/breadcrumb-group'
import ContentLayout from '@cloudscape-design/components/content-layout'
import Header from '@cloudscape-design/components/header'
import { type ReactNode, useEffect } from 'react'
import { useLocation, useRouter } from 'wouter'
import { lastAddressOf } from './navigation/last-address.ts'

interface ScreenProps {
  title: string
  /** One sentence about what the screen is for. */
  description?: ReactNode
  /** The buttons of the screen. */
  actions?: ReactNode
  /** The screens above this one, outermost first. */
  parents?: readonly { readonly text: string; readonly to: string }[]
  children: ReactNode
}

/** The frame of every screen: its title, in the browser's tab as well, and the way back. */
export const Screen = ({ title, description, actions, parents = [], children }: ScreenProps) => {
  const [, navigate] = useLocation()
  const { base } = useRouter()
  useEffect(() => {
    document.title = `${title} · Postmaster`
  }, [title])
  return (
    <ContentLayout
      breadcrumbs={
        parents.length > 0 && (
          <BreadcrumbGroup
            items={[...parents.map(({ text, to }) => ({ text, href: `${base}${to}` })), { text: title, href: '#' }]}
            onFollow={(event) => {
              event.preventDefault()
              if (event.detail.href !== '#') navigate(lastAddressOf(event.detail.href.slice(base.length)))
            }}
          />
        )
      }
      header={
        <Header variant="h1" description={description} actions={actions}>
          {title}
        </Header>
      }
    >
      {children}
    </ContentLayout>
  )
}
