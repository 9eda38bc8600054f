import Input from '@cloudscape-design/components/input'
import { useEffect, useEffectEvent, useState } from 'react'
import { listTexts as texts } from '../texts.ts'

/** Each search asks the API, so it begins when the person pauses, in milliseconds. */
const pause = 400

export const FindField = ({ value, onChange }: { value: string; onChange: (value: string) => void }) => {
  const [typed, setTyped] = useState(value)
  const report = useEffectEvent(onChange)
  useEffect(() => setTyped(value), [value])
  useEffect(() => {
    const found = typed.trim()
    if (found === value) return
    const timer = setTimeout(() => report(found), pause)
    return () => clearTimeout(timer)
  }, [typed, value])
  return (
    <Input
      type="search"
      value={typed}
      placeholder={texts.findPlaceholder}
      ariaLabel={texts.find}
      onChange={({ detail }) => setTyped(detail.value)}
    />
  )
}
