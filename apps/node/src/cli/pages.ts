import { writeLine } from './output.ts'
import { jsonLine, table } from './terminal.ts'
import type { NodeClient } from './client.ts'

/** What the API lists, page by page: what 100,000 entries need at one time is what a page needs. */
export async function* pages<Name extends string, T>(
  client: NodeClient,
  path: string,
  query: URLSearchParams,
  name: Name,
): AsyncGenerator<T[]> {
  for (;;) {
    const page = await client.call<Record<Name, T[]> & { next: string | null }>(`${path}?${query}`)
    yield page[name]
    if (page.next === null) return
    query.set('after', page.next)
  }
}

/** One object a line for programs, a table for people. */
export async function writePage(json: boolean, values: readonly unknown[], rows: string[][]): Promise<void> {
  if (values.length === 0) return
  await writeLine(json ? values.map(jsonLine).join('\n') : table(rows))
}
