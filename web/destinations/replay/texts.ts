import { counted, number } from '../../shared/words/numbers.ts'

export const replayTexts = {
  title: (name: string) => `Deliver stored messages to ${name}`,
  text: 'Choose the days on which the messages were stored. Only messages that this destination selects are counted. Nothing is handed over before you confirm.',
  first: 'First day',
  last: 'Last day',
  wrongRange: 'The first day must not be after the last day.',
  count: 'Count messages',
  countAgain: 'Count again',
  counting: (found: number) => `Counting: ${counted(found, 'message')} so far …`,
  tooMany: (most: number) => `There are more than ${number(most)} messages in this period.`,
  tooManyRemedy: 'Choose a shorter period, then repeat this for the rest.',
  none: 'This destination does not select any message of these days.',
  found: (all: number, planned: number) =>
    planned === 0
      ? `${counted(all, 'message')}, and none of them has a delivery to this destination.`
      : `${counted(all, 'message')}. ${number(planned)} of them ${planned === 1 ? 'has' : 'have'} a delivery to this destination already.`,
  again: 'Also deliver the messages that already have a delivery',
  againText: 'If the receiver does not recognise repeats, it creates a second ticket for each of them.',
  confirm: (count: number) => `Deliver ${counted(count, 'message')}`,
  running: 'Planning the deliveries',
  stop: 'Stop',
  close: 'Close',
  stopped: 'Stopped.',
  result: (count: number) => `${counted(count, 'message')} will be delivered, the oldest first.`,
  unchanged: (count: number) =>
    `${counted(count, 'delivery was', 'deliveries were')} open already and ${count === 1 ? 'stays' : 'stay'} as ${count === 1 ? 'it is' : 'they are'}.`,
  failed: (count: number) => `No delivery could be planned for ${counted(count, 'message')}:`,
  watch: 'Watch the deliveries',
}
