import { useCallback, useEffect, useSyncExternalStore } from 'react'
import type { AroundNavHandler } from 'wouter'

/** A form with changes that are not saved, and the address at which it is shown. */
interface ChangedForm {
  readonly address: string
}

/** A navigation that waits until the person has decided about the changes. */
interface HeldNavigation {
  readonly go: () => void
}

const changedForms = new Set<ChangedForm>()
let held: HeldNavigation | undefined
const listeners = new Set<() => void>()

const hold = (next: HeldNavigation | undefined): void => {
  held = next
  for (const listener of listeners) listener()
}

const subscribe = (listener: () => void): (() => void) => {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

/**
 * Makes the page ask before a form with unsaved changes is left: by a link, by the Back button, or by closing the tab.
 * @returns a function that ends this, for example because the form is saved
 */
export const useUnsavedChanges = (hasChanges: boolean): (() => void) => {
  const release = useCallback(() => changedForms.clear(), [])
  useEffect(() => {
    if (!hasChanges) return
    const form = { address: window.location.href }
    changedForms.add(form)
    const ask = (event: BeforeUnloadEvent) => {
      if (changedForms.has(form)) event.preventDefault()
    }
    window.addEventListener('beforeunload', ask)
    return () => {
      changedForms.delete(form)
      window.removeEventListener('beforeunload', ask)
    }
  }, [hasChanges])
  return release
}

/** Holds navigations of the page while a form has unsaved changes. Changes of the query stay on the screen. */
export const guardNavigation: AroundNavHandler = (navigate, to, options) => {
  const leaves = new URL(to, window.location.href).pathname !== window.location.pathname
  if (changedForms.size === 0 || !leaves) return navigate(to, options)
  hold({ go: () => navigate(to, options) })
}

/**
 * Holds the Back and Forward buttons. The browser has already changed the address when it reports this, so the form's
 * address is put on top of it again. The listener must be the first of its kind, so that no screen sees the change.
 */
export const guardHistory = (): void => {
  window.addEventListener(
    'popstate',
    (event) => {
      const [form] = changedForms
      if (!form || new URL(form.address).pathname === window.location.pathname) return
      event.stopImmediatePropagation()
      window.history.pushState(null, '', form.address)
      hold({ go: () => window.history.back() })
    },
    { capture: true },
  )
}

/** @returns the decision that the person has to make, if any */
export const useHeldNavigation = (): { leave: () => void; stay: () => void } | undefined => {
  const navigation = useSyncExternalStore(subscribe, () => held)
  if (!navigation) return undefined
  return {
    leave: () => {
      changedForms.clear()
      hold(undefined)
      navigation.go()
    },
    stay: () => hold(undefined),
  }
}
