import Box from '@cloudscape-design/components/box'
import SpaceBetween from '@cloudscape-design/components/space-between'
import StatusIndicator from '@cloudscape-design/components/status-indicator'
import { useEffect, useState } from 'react'
import { testTexts } from './texts.ts'

/** Shows that a test is going on, and for how long. */
export const TestProgress = () => {
  const seconds = useSeconds()
  return (
    <SpaceBetween size="xs">
      <div role="status">
        <StatusIndicator type="in-progress">{testTexts.running}</StatusIndicator>
      </div>
      <Box color="text-body-secondary">
        {seconds} s. {testTexts.limit}
      </Box>
    </SpaceBetween>
  )
}

const useSeconds = (): number => {
  const [seconds, setSeconds] = useState(0)
  useEffect(() => {
    const timer = setInterval(() => setSeconds((value) => value + 1), 1000)
    return () => clearInterval(timer)
  }, [])
  return seconds
}
