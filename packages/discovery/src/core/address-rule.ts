/** Whether an address may be kept, dialled and passed on: its text, without the `/p2p` of its peer at the end. */
export type AddressRule = (address: string) => boolean

/** Version 3, since version 2 is gone from Tor, and nothing after it: a relay behind an onion service may lead anywhere. */
const ONION = /^\/onion3\/[a-z2-7]{56}:[1-9]\d{0,4}$/

export const anyAddress: AddressRule = () => true

/** What can be reached through Tor without anybody but Tor's network learning of it. */
export const isOnion: AddressRule = address => ONION.test(address)
