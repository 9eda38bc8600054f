/** @returns text that can begin a sentence, such as `One message` or `12 messages` */
export const countedMessages = (count: number): string => (count === 1 ? 'One message' : `${count} messages`)
