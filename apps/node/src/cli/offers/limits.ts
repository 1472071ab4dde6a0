/** spec/offers.md §3, in bytes, unless the network says otherwise. */
export const MAX_OFFER_BYTES = 16_384
