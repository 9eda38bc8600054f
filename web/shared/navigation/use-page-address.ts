import { useLocation, useRouter } from 'wouter'

interface PageAddress {
  readonly href: string
  readonly onFollow: (event: { preventDefault: () => void }) => void
}

/** The properties of a link or a button that leads to another screen without reloading the page. @param to a path below `/admin` */
export const usePageAddress = (to: string): PageAddress => {
  const [, navigate] = useLocation()
  const { base } = useRouter()
  return {
    href: `${base}${to}`,
    onFollow: (event) => {
      event.preventDefault()
      navigate(to)
    },
  }
}
