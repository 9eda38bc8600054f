import { mail } from '../sample-mails.ts'

/** The MIME entity inside the samples below. */
export const signedEntity = mail(
  ...['Content-Type: multipart/mixed; boundary=s', '', '--s', 'Content-Type: text/plain; charset=utf-8', ''],
  ...['Signed text.', '--s', 'Content-Type: application/pdf; name=plan.pdf', 'Content-Transfer-Encoding: base64', ''],
  ...['JVBERg==', '--s--', ''],
)

/** `openssl cms -sign -binary -nodetach -outform DER` made this from `signedEntity`. */
export const opensslDer = Buffer.from(
  'MIIEBgYJKoZIhvcNAQcCoIID9zCCA/MCAQExDTALBglghkgBZQMEAgEwgeUGCSqGSIb3DQEHAaCB1wSB1ENvbnRlbnQtVHlwZTog' +
    'bXVsdGlwYXJ0L21peGVkOyBib3VuZGFyeT1zDQoNCi0tcw0KQ29udGVudC1UeXBlOiB0ZXh0L3BsYWluOyBjaGFyc2V0PXV0Zi04' +
    'DQoNClNpZ25lZCB0ZXh0Lg0KLS1zDQpDb250ZW50LVR5cGU6IGFwcGxpY2F0aW9uL3BkZjsgbmFtZT1wbGFuLnBkZg0KQ29udGVu' +
    'dC1UcmFuc2Zlci1FbmNvZGluZzogYmFzZTY0DQoNCkpWQkVSZz09DQotLXMtLQ0KoIIBeDCCAXQwggEZoAMCAQICFGPmOU0Il85U' +
    'T/gwZKdDsvXy52rcMAoGCCqGSM49BAMCMA8xDTALBgNVBAMMBEphbmUwHhcNMjYxMTMwMTkxMzI1WhcNMzYxMTI3MTkxMzI1WjAP' +
    'MQ0wCwYDVQQDDARKYW5lMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE6c5IY7HgOYb9gAFq1+QEyv7Kk3byMuetDg9HqkAUIAvj' +
    'GyU7dvTz45B5ufl5HiRQPH40OpuKU+tTMnQpOjea2KNTMFEwHQYDVR0OBBYEFIx8HiSGVl5IgyKC3OekOFgClzbwMB8GA1UdIwQY' +
    'MBaAFIx8HiSGVl5IgyKC3OekOFgClzbwMA8GA1UdEwEB/wQFMAMBAf8wCgYIKoZIzj0EAwIDSQAwRgIhAJNXD32VF7ctVG0fOPBO' +
    'Zieh5u8E/bngqiOuLjMlpYg/AiEA5E7LnmWOzKS8zg7kOFp0Wce+Gp2K0nS8Ht676MoydmIxggF5MIIBdQIBATAnMA8xDTALBgNV' +
    'BAMMBEphbmUCFGPmOU0Il85UT/gwZKdDsvXy52rcMAsGCWCGSAFlAwQCAaCB5DAYBgkqhkiG9w0BCQMxCwYJKoZIhvcNAQcBMBwG' +
    'CSqGSIb3DQEJBTEPFw0yNjExMzAxOTEzMjVaMC8GCSqGSIb3DQEJBDEiBCAVMmIW37Fpoum42d84KiMTOxkrcIJw1+ptTFTWMFTr' +
    'hzB5BgkqhkiG9w0BCQ8xbDBqMAsGCWCGSAFlAwQBKjALBglghkgBZQMEARYwCwYJYIZIAWUDBAECMAoGCCqGSIb3DQMHMA4GCCqG' +
    'SIb3DQMCAgIAgDANBggqhkiG9w0DAgIBQDAHBgUrDgMCBzANBggqhkiG9w0DAgIBKDAKBggqhkjOPQQDAgRHMEUCIQDkzrM6Nneq' +
    'S3kfB66na/hFgHunOhk1J9PBhRiQWfBVAAIgQ6fsC1kzCEWmqITy9Y3g6cagBGETxt9scWnQmsHMKxE=',
  'base64',
)

/** The same with `-stream`, which writes BER with indefinite lengths and segments. */
export const opensslBer = Buffer.from(
  'MIAGCSqGSIb3DQEHAqCAMIACAQExDTALBglghkgBZQMEAgEwgAYJKoZIhvcNAQcBoIAkgASB1ENvbnRlbnQtVHlwZTogbXVsdGlw' +
    'YXJ0L21peGVkOyBib3VuZGFyeT1zDQoNCi0tcw0KQ29udGVudC1UeXBlOiB0ZXh0L3BsYWluOyBjaGFyc2V0PXV0Zi04DQoNClNp' +
    'Z25lZCB0ZXh0Lg0KLS1zDQpDb250ZW50LVR5cGU6IGFwcGxpY2F0aW9uL3BkZjsgbmFtZT1wbGFuLnBkZg0KQ29udGVudC1UcmFu' +
    'c2Zlci1FbmNvZGluZzogYmFzZTY0DQoNCkpWQkVSZz09DQotLXMtLQ0KAAAAAAAAoIIBeDCCAXQwggEZoAMCAQICFGPmOU0Il85U' +
    'T/gwZKdDsvXy52rcMAoGCCqGSM49BAMCMA8xDTALBgNVBAMMBEphbmUwHhcNMjYxMTMwMTkxMzI1WhcNMzYxMTI3MTkxMzI1WjAP' +
    'MQ0wCwYDVQQDDARKYW5lMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE6c5IY7HgOYb9gAFq1+QEyv7Kk3byMuetDg9HqkAUIAvj' +
    'GyU7dvTz45B5ufl5HiRQPH40OpuKU+tTMnQpOjea2KNTMFEwHQYDVR0OBBYEFIx8HiSGVl5IgyKC3OekOFgClzbwMB8GA1UdIwQY' +
    'MBaAFIx8HiSGVl5IgyKC3OekOFgClzbwMA8GA1UdEwEB/wQFMAMBAf8wCgYIKoZIzj0EAwIDSQAwRgIhAJNXD32VF7ctVG0fOPBO' +
    'Zieh5u8E/bngqiOuLjMlpYg/AiEA5E7LnmWOzKS8zg7kOFp0Wce+Gp2K0nS8Ht676MoydmIxggF6MIIBdgIBATAnMA8xDTALBgNV' +
    'BAMMBEphbmUCFGPmOU0Il85UT/gwZKdDsvXy52rcMAsGCWCGSAFlAwQCAaCB5DAYBgkqhkiG9w0BCQMxCwYJKoZIhvcNAQcBMBwG' +
    'CSqGSIb3DQEJBTEPFw0yNjExMzAxOTEzMjVaMC8GCSqGSIb3DQEJBDEiBCAVMmIW37Fpoum42d84KiMTOxkrcIJw1+ptTFTWMFTr' +
    'hzB5BgkqhkiG9w0BCQ8xbDBqMAsGCWCGSAFlAwQBKjALBglghkgBZQMEARYwCwYJYIZIAWUDBAECMAoGCCqGSIb3DQMHMA4GCCqG' +
    'SIb3DQMCAgIAgDANBggqhkiG9w0DAgIBQDAHBgUrDgMCBzANBggqhkiG9w0DAgIBKDAKBggqhkjOPQQDAgRIMEYCIQD9IsDMTWKQ' +
    'k5+/Stqbr9AGOYtl3GCAtj5eRizPbymq0AIhAPeojF/nutXEswmyizzwcf3D9eEPhtWu5hIAEMh+YbSzAAAAAAAA',
  'base64',
)

/** One ASN.1 element with a definite length. */
export const der = (tag: number, ...contents: readonly Buffer[]): Buffer => {
  const content = Buffer.concat(contents)
  const length = Buffer.alloc(4)
  length.writeUInt32BE(content.length)
  const digits = length.subarray(length.findIndex((byte) => byte > 0))
  const short = content.length < 0x80
  return Buffer.concat([
    Buffer.from(short ? [tag, content.length] : [tag, 0x80 + digits.length]),
    ...(short ? [] : [digits]),
    content,
  ])
}

/** One ASN.1 element that ends with an end-of-contents mark. */
export const ber = (tag: number, ...contents: readonly Buffer[]): Buffer =>
  Buffer.concat([Buffer.from([tag, 0x80]), ...contents, Buffer.from([0, 0])])

type Encode = typeof der

const oid = (last: readonly number[]) => der(0x06, Buffer.from([0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, ...last]))
export const oids = {
  data: oid([7, 1]),
  signedData: oid([7, 2]),
  envelopedData: oid([7, 3]),
  compressedData: oid([9, 16, 1, 9]),
}

interface Parts {
  readonly type: Buffer
  readonly contentType: Buffer
  readonly digests: Buffer
  /** The elements after the content. */
  readonly rest: Buffer
}

/** A CMS object around an element, with the fields that are needed to find it. */
export const cms = (content: Buffer, encode: Encode = der, parts: Partial<Parts> = {}): Buffer => {
  const { type = oids.signedData, contentType = oids.data, digests = encode(0x31), rest = der(0x31) } = parts
  const encapsulated = encode(0x30, contentType, encode(0xa0, content))
  return encode(0x30, type, encode(0xa0, encode(0x30, der(0x02, Buffer.from([1])), digests, encapsulated, rest)))
}

/** A signed entity in DER. */
export const signed = (entity: Buffer): Buffer => cms(der(0x04, entity))

const base64Lines = (bytes: Buffer): string => bytes.toString('base64').replace(/.{76}/g, '$&\r\n')

/** The entity of RFC 8551 section 3.5.2, with other header lines if the caller passes any. */
export const signedMail = (content: Buffer, ...header: readonly string[]): Buffer =>
  mail(
    ...(header.length > 0 ? header : ['Content-Type: application/pkcs7-mime; smime-type=signed-data; name=smime.p7m']),
    ...['Content-Transfer-Encoding: base64', '', base64Lines(content)],
  )
