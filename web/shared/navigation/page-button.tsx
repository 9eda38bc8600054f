import Button, { type ButtonProps } from '@cloudscape-design/components/button'
import { useLocation, useRouter } from 'wouter'

/** A button that leads to another screen. `to` is a path below `/admin`. */
export const PageButton = ({ to, ...props }: Omit<ButtonProps, 'href' | 'onFollow'> & { to: string }) => {
  const [, navigate] = useLocation()
  const { base } = useRouter()
  return (
    <Button
      {...props}
      href={`${base}${to}`}
      onFollow={(event) => {
        event.preventDefault()
        navigate(to)
      }}
    />
  )
}
