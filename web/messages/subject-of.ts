import { subjectText } from '../shared/words/subject.ts'
import type { Message } from './types.ts'

/** @returns the text that stands for a message in lists and titles */
export const subjectOf = ({ header, erased }: Pick<Message, 'header' | 'erased'>): string =>
  subjectText(header?.subject, erased !== undefined)
