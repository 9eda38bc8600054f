import Box from '@cloudscape-design/components/box'
import Steps, { type StepsProps } from '@cloudscape-design/components/steps'
import { number, size } from '../shared/words/numbers.ts'
import { duration, When } from '../shared/words/times.tsx'
import type { Attempt } from './delivery.ts'
import { attemptResults, deliveryTexts } from './texts.ts'

const statuses: Readonly<Record<Attempt['result'], StepsProps.Status>> = {
  delivered: 'success',
  temporary: 'warning',
  permanent: 'error',
  'in-doubt': 'warning',
}

/** What happened in each attempt, the newest first. */
export const Attempts = ({ attempts }: { attempts: readonly Attempt[] }) =>
  attempts.length === 0 ? (
    <Box color="text-status-inactive">{deliveryTexts.noAttempts}</Box>
  ) : (
    <Steps
      ariaLabel={deliveryTexts.attempts}
      steps={attempts.toReversed().map(({ at, result, code, detail, milliseconds, bytes }) => ({
        status: statuses[result],
        statusIconAriaLabel: attemptResults[result],
        header: (
          <>
            <b>{attemptResults[result]}</b>, <When at={at} />
          </>
        ),
        details: (
          <>
            <div>{detail}</div>
            <Box color="text-body-secondary" fontSize="body-s">
              {duration(milliseconds)}, {bytes < 1000 ? `${number(bytes)} bytes` : size(bytes)} sent, code{' '}
              <span className="mono">{code}</span>
            </Box>
          </>
        ),
      }))}
    />
  )
