import { BlockList, isIPv4 } from 'node:net'
import ipaddr from 'ipaddr.js'

/** IANA assigns global IPv6 unicast addresses only from this range (RFC 4291 section 2.4). */
const globalUnicast = ipaddr.parseCIDR('2000::/3')

/**
 * @returns true only for addresses of the public internet. IPv6 addresses that contain an IPv4 address (IPv4-mapped,
 * NAT64, 6to4, Teredo) are not public, because the network may deliver them to that IPv4 address. Unparsable addresses
 * are not public
 */
export const isPublicAddress = (address: string): boolean => {
  if (!ipaddr.isValid(address)) return false
  const parsed = ipaddr.parse(address)
  if (parsed.range() !== 'unicast') return false
  return parsed.kind() === 'ipv4' || parsed.match(globalUnicast)
}

const loopback = new BlockList()
loopback.addSubnet('127.0.0.0', 8)
loopback.addAddress('::1', 'ipv6')

/** 127.0.0.0/8 and ::1, including the IPv4-mapped IPv6 form, in which a dual-stack socket reports it. */
export const isLoopbackAddress = (address: string): boolean =>
  loopback.check(address, isIPv4(address) ? 'ipv4' : 'ipv6')
