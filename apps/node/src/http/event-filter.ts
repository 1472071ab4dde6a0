import { ApiError } from './errors.ts'
import { MAX_TOPICS_PER_READER } from './schemas.ts'
import type { z } from '@hono/zod-openapi'
import type { EventFilter } from '../events/event.ts'
import type { eventsQuery } from './schemas.ts'

/** What a reader of events wants. @throws {ApiError} `bad-request` */
export function eventFilter({ topic, market, ...flags }: z.output<typeof eventsQuery>): EventFilter {
  return {
    topics: several('topic', topic),
    markets: several('market', market),
    offers: flags.offers === '1',
    direct: flags.direct === '1',
    mail: flags.mail === '1',
    peers: flags.peers === '1',
    sync: flags.sync === '1',
  }
}

function several(name: string, given: string | string[] = []): string[] {
  const values = [...new Set([given].flat())]
  if (values.length <= MAX_TOPICS_PER_READER) return values
  throw new ApiError(
    'bad-request',
    `${values.length} ${name}s are too many for one reader; it takes ${MAX_TOPICS_PER_READER}`,
  )
}
