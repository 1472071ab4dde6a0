// What a node must never do, for a test to see that it would be seen: loaded before the node itself, it dials clearnet on SIGUSR2.
import { connect } from 'node:net'

process.on('SIGUSR2', () => {
  // nobody is there: RFC 5737
  connect(4001, '198.51.100.99').on('error', () => {})
})
