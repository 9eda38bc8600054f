import Link, { type LinkProps } from '@cloudscape-design/components/link'
import { useLocation, useRouter } from 'wouter'

/** A link to another screen that does not reload the page. `to` is a path below `/admin`. */
export const PageLink = ({ to, ...props }: Omit<LinkProps, 'href' | 'onFollow'> & { to: string }) => {
  const [, navigate] = useLocation()
  const { base } = useRouter()
  return (
    <Link
      {...props}
      href={`${base}${to}`}
      onFollow={(event) => {
        event.preventDefault()
        navigate(to)
      }}
    />
  )
}
