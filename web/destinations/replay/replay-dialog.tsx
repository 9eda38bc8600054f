import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import Modal from '@cloudscape-design/components/modal'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useEffect, useRef, useState } from 'react'
import { ProblemAlert } from '../../shared/feedback/problem-alert.tsx'
import type { Destination } from '../destination.ts'
import { lastWeek, type Period } from './period.ts'
import { ReplayChoice } from './replay-choice.tsx'
import { findMessages, nothingYet, type Progress, replayMessages, TooManyMessages } from './replay-messages.ts'
import { ReplayProgress } from './replay-progress.tsx'
import { chosenOf, rangeOf } from './selection.ts'
import { replayTexts as texts } from './texts.ts'

/** Finds the messages of some days, asks, and hands them over. */
export const ReplayDialog = ({ destination, onClose }: { destination: Destination; onClose: () => void }) => {
  const { destinationId, name } = destination
  const [period, setPeriod] = useState<Period>(lastWeek)
  const [again, setAgain] = useState(false)
  const [counted, setCounted] = useState(0)
  const [progress, setProgress] = useState<Progress>(nothingYet)
  const stop = useRef(new AbortController())
  const queries = useQueryClient()
  useEffect(() => () => stop.current.abort(), [])
  const range = rangeOf(period.first, period.last)
  const finding = useMutation({
    mutationFn: () => (range ? findMessages(destination, range, setCounted) : Promise.reject(new Error('No range'))),
  })
  const chosen = finding.data ? chosenOf(finding.data, again) : []
  const replaying = useMutation({
    mutationFn: () => replayMessages(destinationId, chosen, { onProgress: setProgress, signal: stop.current.signal }),
    onSettled: () => {
      void queries.invalidateQueries({ queryKey: ['deliveries'] })
      void queries.invalidateQueries({ queryKey: ['destinations'] })
    },
  })
  // What was handed over before an error has a delivery now, so a new count leaves it out.
  const begin = () => {
    setCounted(0)
    setProgress(nothingYet)
    finding.reset()
    replaying.reset()
  }
  const isTooMany = finding.error instanceof TooManyMessages
  return (
    <Modal
      visible
      header={texts.title(name)}
      onDismiss={({ detail }) => {
        if (detail.reason !== 'overlay') onClose()
      }}
      footer={
        <Box float="right">
          <SpaceBetween direction="horizontal" size="xs">
            {replaying.isPending ? (
              <Button onClick={() => stop.current.abort()}>{texts.stop}</Button>
            ) : (
              <Button variant="link" onClick={onClose}>
                {texts.close}
              </Button>
            )}
            {!finding.data && (
              <Button variant="primary" disabled={!range} loading={finding.isPending} onClick={() => finding.mutate()}>
                {texts.count}
              </Button>
            )}
            {replaying.isError && <Button onClick={begin}>{texts.countAgain}</Button>}
            {finding.data && replaying.isIdle && (
              <Button variant="primary" disabled={chosen.length === 0} onClick={() => replaying.mutate()}>
                {texts.confirm(chosen.length)}
              </Button>
            )}
          </SpaceBetween>
        </Box>
      }
    >
      <SpaceBetween size="m">
        {replaying.isIdle ? (
          <ReplayChoice
            period={period}
            onPeriod={(changed) => {
              setPeriod(changed)
              begin()
            }}
            isRange={range !== undefined}
            counting={finding.isPending ? counted : undefined}
            found={finding.data}
            again={again}
            onAgain={setAgain}
            isTooMany={isTooMany}
          />
        ) : (
          <ReplayProgress
            destinationId={destinationId}
            total={chosen.length}
            progress={progress}
            isRunning={replaying.isPending}
          />
        )}
        {finding.isError && !isTooMany && <ProblemAlert thrown={finding.error} />}
        {replaying.isError && <ProblemAlert thrown={replaying.error} />}
      </SpaceBetween>
    </Modal>
  )
}
