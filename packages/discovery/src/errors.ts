/** `bad-option`: an option outside of what it may be. `clearnet-address`: an address that is no onion service's, where only those are allowed. */
export type DiscoveryCode = 'bad-option' | 'clearnet-address'

export class DiscoveryError extends Error {
  override name = 'DiscoveryError'
  readonly code: DiscoveryCode
  readonly retryable = false

  constructor(code: DiscoveryCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}
