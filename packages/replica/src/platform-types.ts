/** What differs between Node and browsers. */
export interface Platform {
  sha256(bytes: Uint8Array): Uint8Array
}
