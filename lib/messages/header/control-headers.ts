import { cutTo } from '../../text/printable.ts'
import type { MessageHeader } from '../message-header.ts'
import { decodedText } from './display-text.ts'
import type { HeaderField } from './header-fields.ts'

/** The reference knows some 60 control headers; twice that leaves room for its dynamic fields. */
const controlHeaderLimit = 120
const longestName = 100
/** Characters. Together with the limit above at most 120 KB, in a row of 400 KB. */
const longestValue = 1_000

export type ControlHeaders = Pick<MessageHeader, 'controlHeaders'> & { readonly cut: boolean }

/** @param prefix in lower case */
export const controlHeadersOf = (fields: readonly HeaderField[], prefix: string): ControlHeaders => {
  const found = fields.filter(({ name }) => name.startsWith(prefix))
  let cut = found.length > controlHeaderLimit
  const controlHeaders = found.slice(0, controlHeaderLimit).map((field) => {
    const value = decodedText(field.value)
    cut ||= value.length > longestValue || field.name.length > longestName
    return {
      name: field.name.slice(0, longestName),
      value: cutTo(value, longestValue),
      ...(field.disguised && { disguised: true }),
    }
  })
  return { controlHeaders, cut }
}
