/** What happened on one topic since it was opened. Every message that arrives ends in exactly one of the first group. */
export interface TopicCounters {
  /** Accepted, forwarded to the mesh, and given to every iterator. */
  delivered: number
  /** Seen before, within gossipsub's two minutes. */
  duplicates: number
  /** `validate` said `reject`. Costs the sender score, as do the next three. */
  rejected: number
  /** Not what the topic's codec decodes, or not a canonical signed envelope. */
  malformed: number
  /** On a signed topic: the signature is not the author's over this value on this topic. */
  badSignature: number
  /** Longer on the wire than the topic allows. Not decoded. */
  tooLarge: number
  /** `validate` said `ignore`. */
  ignored: number
  /** `validate` threw, or returned no verdict: handled as `ignore`. */
  validateFailed: number
  /** `validate` took longer than `validateTimeoutMs`: handled as `ignore`. */
  validateTimedOut: number

  /** Bytes on the wire of all messages that arrived and were looked at, copies of known ones too. */
  receivedBytes: number

  /** Values handed to at least one peer. */
  published: number
  /** Values that were not sent since the same had been sent or received within two minutes. */
  publishedDuplicates: number
  /** Values that were not sent since no subscriber was reachable. */
  publishedToNobody: number
  /** Messages that an iterator lost because its reader was too slow; counted once for each iterator. */
  droppedBySlowConsumer: number
}

/** What happened below the topics since the service was made. */
export interface ServiceCounters {
  /** Messages on topics that are not open here. Dropped without being remembered. */
  unknownTopic: number
  /** Frames that announced more than 262,144 bytes, or broke the framing. The stream is reset. */
  brokenFrames: number
  /** Frames that are not a gossipsub RPC within its limits. */
  brokenRpcs: number
  /** RPCs that were dropped because their sender's score is below the graylist threshold. */
  graylisted: number
  /** Times a peer was made to wait because it sent faster than the rates allow. */
  throttled: number
  /** Third and further copies of one message from the same peer. Cost score. */
  repeats: number
  /** RPCs that were not sent because the peer did not read what it had. */
  droppedToSlowPeer: number
  /** Bytes of gossipsub frames that arrived: messages, what is said about them, subscriptions. */
  receivedBytes: number
  /** Bytes of gossipsub frames that were handed to streams. */
  sentBytes: number
}

export function topicCounters(): TopicCounters {
  return {
    delivered: 0,
    duplicates: 0,
    rejected: 0,
    malformed: 0,
    badSignature: 0,
    tooLarge: 0,
    ignored: 0,
    validateFailed: 0,
    validateTimedOut: 0,
    receivedBytes: 0,
    published: 0,
    publishedDuplicates: 0,
    publishedToNobody: 0,
    droppedBySlowConsumer: 0,
  }
}

export function serviceCounters(): ServiceCounters {
  return {
    unknownTopic: 0,
    brokenFrames: 0,
    brokenRpcs: 0,
    graylisted: 0,
    throttled: 0,
    repeats: 0,
    droppedToSlowPeer: 0,
    receivedBytes: 0,
    sentBytes: 0,
  }
}
