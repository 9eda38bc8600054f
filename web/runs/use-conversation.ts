import { useEffect, useState } from 'react'
import type { components } from '../api/schema.d.ts'
import { readConversation } from './queries.ts'

export type Conversation = components['schemas']['Conversation']

/** Milliseconds between two requests while the run goes on. Lines appear about a second after they were sent. */
const interval = 1_000

/** Reads the conversation from its start and follows it until it ends. */
export const useConversation = (runId: string) => {
  const [lines, setLines] = useState<Conversation['lines']>([])
  const [isCut, setCut] = useState(false)
  const [error, setError] = useState<unknown>()
  const [attempt, setAttempt] = useState(0)
  // biome-ignore lint/correctness/useExhaustiveDependencies: another attempt begins again
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined
    let isGone = false
    setLines([])
    const follow = async (after: number): Promise<void> => {
      const part = await readConversation(runId, after)
      if (isGone) return
      setLines((known) => [...known, ...part.lines])
      setCut(part.cut)
      if (part.ended) return
      timer = setTimeout(() => void follow(part.after).catch(setError), part.lines.length > 0 ? 0 : interval)
    }
    void follow(0).catch(setError)
    return () => {
      isGone = true
      clearTimeout(timer)
    }
  }, [runId, attempt])
  const retry = () => {
    setError(undefined)
    setAttempt((count) => count + 1)
  }
  return { lines, isCut, error, retry }
}
