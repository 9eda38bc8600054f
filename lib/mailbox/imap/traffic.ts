/** Counts the traffic of a session, across all its connections. */
export class Traffic {
  roundTrips = 0
  bytesReceived = 0
  private answeredUpTo = 0

  /** Counts a new connection: TCP with the greeting, plus the handshake if TLS is implicit. */
  connected(handshake: boolean): void {
    this.roundTrips += handshake ? 2 : 1
    this.answeredUpTo = 0
  }

  /** Counts a round trip that is not a response, for example a TLS handshake. */
  waited(): void {
    this.roundTrips += 1
  }

  /**
   * Called when data arrives from the server after the client has sent `sent` bytes. The first chunk of each response
   * counts as one round trip.
   */
  heard(bytes: number, sent: number): void {
    this.bytesReceived += bytes
    if (sent === this.answeredUpTo) return
    this.answeredUpTo = sent
    this.roundTrips += 1
  }
}
