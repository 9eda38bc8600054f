import { describeServiceFaults } from './describe-service-faults.ts'

/** The calls on which the promises depend most: the bytes, the row, the announcement, and the removal of jobs. */
const important = ['PutObject', 'BatchWriteItem', 'PublishBatch', 'SendMessageBatch']

describeServiceFaults({
  wanted: (rounds) =>
    rounds.filter(({ target, fault, once }) => {
      const isImportant = important.includes(target.operation)
      return isImportant && (fault === 'partly-done' || (fault === 'answer-lost' && once))
    }),
  limitMs: 600_000,
})
