/** What went over one or more connections of a session. */
export class Traffic {
  roundTrips = 0
  bytesReceived = 0
  private answeredUpTo = 0

  /** A new connection: TCP with its greeting, and for implicit TLS the handshake. */
  connected(handshake: boolean): void {
    this.roundTrips += handshake ? 2 : 1
    this.answeredUpTo = 0
  }

  /** Something other than an answer was waited for: a TLS handshake. */
  waited(): void {
    this.roundTrips += 1
  }

  /** The server was heard after the client had sent `sent` bytes: the first piece of every answer is a round trip. */
  heard(bytes: number, sent: number): void {
    this.bytesReceived += bytes
    if (sent === this.answeredUpTo) return
    this.answeredUpTo = sent
    this.roundTrips += 1
  }
}
