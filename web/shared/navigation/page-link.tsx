import Link, { type LinkProps } from '@cloudscape-design/components/link'
import { usePageAddress } from './use-page-address.ts'

/** A link to another screen. `to` is a path below `/admin`. */
export const PageLink = ({ to, ...props }: Omit<LinkProps, 'href' | 'onFollow'> & { to: string }) => (
  <Link {...props} {...usePageAddress(to)} />
)
