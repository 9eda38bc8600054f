import Box from '@cloudscape-design/components/box'
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs'
import { headerTexts } from '../texts.ts'
import type { Message } from '../types.ts'

/** The header fields that Postmaster has read. */
export const HeadersTab = ({ message: { header, source, sha256 } }: { message: Message }) => {
  if (!header) return <Box variant="p">{headerTexts.unparsed}</Box>
  return (
    <KeyValuePairs
      columns={1}
      items={[
        ...Object.entries({
          [headerTexts.messageId]: header.messageIdHeader,
          [headerTexts.inReplyTo]: header.inReplyTo,
          [headerTexts.references]: header.references.join(' '),
        }).flatMap(([label, value]) => (value ? [{ label, value: <span className="mono">{value}</span> }] : [])),
        {
          label: headerTexts.recipients,
          value: header.recipients.map(({ header: name, address }) => (
            <div key={`${name} ${address}`} className="mono">
              {name}: {address}
            </div>
          )),
        },
        { label: headerTexts.uid, value: <span className="mono">{placeOf(source)}</span> },
        { label: 'SHA-256', value: <span className="mono">{sha256}</span> },
      ]}
    />
  )
}

const placeOf = ({ folder, uid, uidValidity }: Message['source']): string =>
  folder === undefined ? uid : `${folder} / ${uidValidity ?? '?'} / ${uid}`
