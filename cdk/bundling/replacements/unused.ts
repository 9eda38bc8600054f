/**
 * Replaces what the bundled libraries import but Postmaster does not use: imapflow's own log (pino) and its proxies
 * (socks), and the HTTP/2 client of the AWS SDK (node:http2). If a newer version of a library used one of them after
 * all, the error would name the part.
 */
const unused = (part: string) => (): never => {
  throw new Error(`This bundle does not contain ${part}, because Postmaster does not use it.`)
}

export const SocksClient = { createConnection: unused('the package socks') }
export default Object.assign(unused('the package pino'), {
  connect: unused('the HTTP/2 client'),
  constants: {},
})
