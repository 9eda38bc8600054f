export const noSubject = '(no subject)'
const erasedSubject = '(erased)'

/** @returns the text that stands for a message in lists and titles */
export const subjectText = (subject: string | undefined, erased: boolean): string =>
  erased ? erasedSubject : subject || noSubject
