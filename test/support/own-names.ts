/**
 * Names that every JavaScript object inherits or that have a special meaning in the language. To a mail server, they
 * are ordinary names.
 */
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
