import Button, { type ButtonProps } from '@cloudscape-design/components/button'
import { usePageAddress } from './use-page-address.ts'

/** A button that leads to another screen. `to` is a path below `/admin`. */
export const PageButton = ({ to, ...props }: Omit<ButtonProps, 'href' | 'onFollow'> & { to: string }) => (
  <Button {...props} {...usePageAddress(to)} />
)
