import { erasedSubject, noSubject } from './texts.ts'
import type { Message } from './types.ts'

/** @returns the text that stands for a message in lists and titles */
export const subjectOf = ({ header, erased }: Pick<Message, 'header' | 'erased'>): string =>
  erased ? erasedSubject : header?.subject || noSubject
