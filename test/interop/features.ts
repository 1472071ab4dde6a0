/** The columns of the matrix, in its order. */
export const FEATURES = {
  tcp: 'TCP',
  ws: 'WebSocket',
  security: 'noise, yamux',
  identify: 'identify, ping',
  gossipsub: 'gossipsub: message ids',
  validation: 'gossipsub: validation',
  recovery: 'gossipsub: IHAVE, IWANT',
  dht: 'kad-dht: find peer',
  direct: 'direct',
  records: 'records: sign, verify',
  offers: 'offers: replicate',
  reconcile: 'reconcile',
  mailbox: 'mailbox',
  vectors: 'vectors',
} as const

export type Feature = keyof typeof FEATURES
