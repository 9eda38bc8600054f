import { BlockList, isIPv4 } from 'node:net'

// Separate from addresses.ts, so that functions that open no connection do not bundle its library.

const loopback = new BlockList()
loopback.addSubnet('127.0.0.0', 8)
loopback.addAddress('::1', 'ipv6')

/** 127.0.0.0/8 and ::1, including the IPv4-mapped IPv6 form, in which a dual-stack socket reports it. */
export const isLoopbackAddress = (address: string): boolean =>
  loopback.check(address, isIPv4(address) ? 'ipv4' : 'ipv6')

/** Whether a host is this machine (RFC 6761 section 6.3). A URL contains an IPv6 address in brackets. */
export const isLoopbackHost = (host: string): boolean =>
  host === 'localhost' || isLoopbackAddress(host.replace(/^\[(.*)\]$/, '$1'))
