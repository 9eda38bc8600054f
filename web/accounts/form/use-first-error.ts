import { type RefObject, useEffect } from 'react'

/** Leads to the first field that is wrong, or otherwise to the alert about the whole form, after each attempt. */
export const useFirstError = (form: RefObject<HTMLElement | null>, attempt: number): void => {
  useEffect(() => {
    if (attempt === 0) return
    const wrong = form.current?.querySelector<HTMLElement>('[aria-invalid="true"]')
    if (wrong) wrong.focus()
    else form.current?.querySelector('[data-problem]')?.scrollIntoView({ block: 'center' })
  }, [form, attempt])
}
