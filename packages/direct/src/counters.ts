/** Counts since the start, of one protocol. */
export interface ProtocolCounters {
  /** Requests and notifications sent. */
  requestsSent: number
  /** Answers received; a streamed answer counts once, when it ends. */
  answersReceived: number
  /** Requests that ended in an error here, whatever its code. */
  requestsFailed: number
  /** Requests and notifications whose handler ran. */
  requestsHandled: number
  /** Requests turned away by a limit. */
  requestsRefused: number
  /** Requests that could not be decoded or were over the limit. */
  requestsInvalid: number
  /** Handlers that threw or took too long. */
  handlersFailed: number
  /** Streams cut because the peer broke the rules of spec/direct.md or stalled. */
  streamsCut: number
}

export function noCounts(): ProtocolCounters {
  return {
    requestsSent: 0,
    answersReceived: 0,
    requestsFailed: 0,
    requestsHandled: 0,
    requestsRefused: 0,
    requestsInvalid: 0,
    handlersFailed: 0,
    streamsCut: 0,
  }
}
