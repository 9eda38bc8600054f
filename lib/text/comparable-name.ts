/** Names are one name when they differ only in case or in how an accent is composed. */
export const comparableName = (name: string): string => name.trim().normalize('NFC').toLowerCase()
