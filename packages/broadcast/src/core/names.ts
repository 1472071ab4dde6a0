import { BroadcastError } from '../errors.ts'

/** spec/broadcast.md §2, in characters, which are bytes: names are ASCII. */
export const MAX_NETWORK_LENGTH = 64
/** spec/broadcast.md §2. */
export const MAX_NAME_LENGTH = 128
/** spec/broadcast.md §2. Every subscription is announced to every peer, so names stay short. */
export const MAX_WIRE_TOPIC_LENGTH = 256

const SEGMENT = '[A-Za-z0-9][A-Za-z0-9._-]*'
const NETWORK = new RegExp(`^${SEGMENT}$`)
const NAME = new RegExp(`^${SEGMENT}(/${SEGMENT})*$`)
const WIRE_TOPIC = new RegExp(`^(/${SEGMENT})+$`)

/** `/stoa/<network>/topic/<name>`. @throws {BroadcastError} `bad-topic` */
export function wireTopicOf(network: string, name: string): string {
  return `/stoa/${checkNetwork(network)}/topic/${check('topic name', name, NAME, MAX_NAME_LENGTH)}`
}

/** @throws {BroadcastError} `bad-topic` */
export function checkNetwork(network: string): string {
  return check('network', network, NETWORK, MAX_NETWORK_LENGTH)
}

/** @throws {BroadcastError} `bad-topic` */
export function checkWireTopic(wireTopic: string): string {
  return check('wire topic', wireTopic, WIRE_TOPIC, MAX_WIRE_TOPIC_LENGTH)
}

function check(what: string, value: string, pattern: RegExp, maxLength: number): string {
  if (typeof value !== 'string' || value.length > maxLength || !pattern.test(value)) {
    const shown = typeof value === 'string' ? JSON.stringify(value.slice(0, maxLength)) : typeof value
    throw new BroadcastError(
      'bad-topic',
      `${what} is ${shown}; it takes up to ${maxLength} characters in segments of A-Z a-z 0-9 . _ - ` +
        `that begin with a letter or digit${what === 'network' ? '' : ', separated by "/"'}${what === 'wire topic' ? ' and led by one' : ''}`,
    )
  }
  return value
}
