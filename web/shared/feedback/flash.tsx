import Flashbar, { type FlashbarProps } from '@cloudscape-design/components/flashbar'
import { createContext, type ReactNode, useCallback, useContext, useMemo, useState } from 'react'
import { asProblem } from '../../api/problems.ts'

interface Flash {
  success: (text: ReactNode) => void
  info: (text: ReactNode) => void
  /** Shows why something failed and what to do about it. */
  problem: (thrown: unknown) => void
}

/** The flash stack keeps this many entries; the oldest goes first. */
const mostFlashes = 5

const FlashContext = createContext<Flash | undefined>(undefined)
const StackContext = createContext<FlashbarProps['items']>([])

export const FlashProvider = ({ children }: { children: ReactNode }) => {
  const [items, setItems] = useState<readonly FlashbarProps.MessageDefinition[]>([])
  const add = useCallback((item: FlashbarProps.MessageDefinition) => {
    const id = crypto.randomUUID()
    const onDismiss = () => setItems((all) => all.filter((other) => other.id !== id))
    setItems((all) =>
      [{ ...item, id, dismissible: true, dismissLabel: 'Close this notification', onDismiss }, ...all].slice(
        0,
        mostFlashes,
      ),
    )
  }, [])
  const flash = useMemo<Flash>(
    () => ({
      success: (content) => add({ type: 'success', content }),
      info: (content) => add({ type: 'info', content }),
      problem: (thrown) => {
        const problem = asProblem(thrown)
        add({ type: 'error', header: problem.message, content: problem.remedy })
      },
    }),
    [add],
  )
  return (
    <FlashContext value={flash}>
      <StackContext value={items}>{children}</StackContext>
    </FlashContext>
  )
}

export const useFlash = (): Flash => {
  const flash = useContext(FlashContext)
  if (!flash) throw new Error('useFlash needs a FlashProvider above it.')
  return flash
}

export const FlashStack = () => <Flashbar items={useContext(StackContext)} stackItems />
