/** One server-sent event, as the node writes them: a name, an id and one line of data. */
export interface ServerEvent {
  event: string
  id: string
  data: string
}

/** Longest event that is taken, in characters: the node sends none that come near. */
const MAX_EVENT_LENGTH = 1_048_576

/** https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation, with LF alone as line end. */
export async function* readEvents(
  body: AsyncIterable<Uint8Array>,
  maxLength = MAX_EVENT_LENGTH,
): AsyncGenerator<ServerEvent> {
  let rest = ''
  const decoder = new TextDecoder()
  for await (const chunk of body) {
    rest += decoder.decode(chunk, { stream: true })
    const blocks = rest.split('\n\n')
    rest = blocks.pop() ?? ''
    if (rest.length > maxLength) throw new Error('an event is too long')
    for (const block of blocks) {
      const event = parse(block)
      if (event !== undefined) yield event
    }
  }
}

/** Undefined for comments. */
function parse(block: string): ServerEvent | undefined {
  const fields = new Map(
    block.split('\n').map(line => {
      const [, name = '', value = ''] = /^([a-z]*): ?(.*)$/.exec(line) ?? []
      return [name, value]
    }),
  )
  const data = fields.get('data')
  return data === undefined ? undefined : { event: fields.get('event') ?? 'message', id: fields.get('id') ?? '', data }
}
