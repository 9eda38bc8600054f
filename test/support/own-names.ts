/** Names that every JavaScript object inherits or that mean something to its machinery. To a mail server they are names like any other. */
export const ownNames = [
  '__proto__',
  'constructor',
  'hasOwnProperty',
  'isPrototypeOf',
  'prototype',
  'then',
  'toJSON',
  'toString',
  'valueOf',
] as const
