import { MemoryLevel } from 'memory-level'
import { expect, test } from 'vitest'
import { toy, toyRules } from '../../tests/toy-rules.ts'
import { levelStore, StoreError } from './level-store.ts'
import { EntryStore } from './store.ts'
import type { Toy } from '../../tests/toy-rules.ts'
import type { Change } from '../core/change.ts'
import type { EntryMeta } from '../core/entry.ts'
import type { Part, Unit } from './store.ts'

const rules = toyRules()
const toyOf = (fields: Parameters<typeof toy>[0]): Toy => rules.parse(toy(fields))

function metaOf(entry: Toy): EntryMeta {
  const { bytes, text: _text, ...rest } = entry
  return { ...rest, itemId: entry.id, sizeBytes: bytes.byteLength, stamp: undefined, isOwn: false }
}

const put = (entry: Toy, previous?: Toy): Unit<Toy> => ({
  changes: [{ type: 'put', meta: metaOf(entry), previous: previous && metaOf(previous) }],
  entry,
})
const drop = (entry: Toy): Unit<Toy> => ({ changes: [{ type: 'drop', meta: metaOf(entry), reason: 'no-room' }] })

async function opened(level: MemoryLevel = new MemoryLevel()) {
  const levels = levelStore(level)
  const part = await levels.part('test/toys/0')
  const durable: Change[] = []
  const faults: StoreError[] = []
  /** Closed: writes wait. */
  let gate: Promise<void> | undefined
  let fault: string | undefined
  level.hooks.prewrite.add(() => {
    if (fault !== undefined) throw new Error(fault)
  })
  const slow: Part = {
    store: levels,
    write: async writes => {
      await gate
      await part.write(writes)
    },
    getMany: keys => part.getMany(keys),
    pages: (range, bytes) => part.pages(range, bytes),
  }
  const store = new EntryStore<Toy>(slow, {
    onDurable: units => durable.push(...units.flatMap(({ changes }) => changes)),
    onBroken: error => faults.push(error),
  })
  return {
    store,
    durable,
    faults,
    levels,
    hold: () => {
      const held = Promise.withResolvers<void>()
      gate = held.promise
      return () => held.resolve()
    },
    /** Until it is told none, all writes fail for this reason. */
    setFault: (reason: string | undefined) => (fault = reason),
  }
}

test('what was durable is there after a restart, with its bytes', async () => {
  const level = new MemoryLevel()
  const first = await opened(level)
  const entries = Array.from({ length: 600 }, (_, index) => toyOf({ createdMs: 1_000 + index, name: `n${index}` }))
  for (const entry of entries) first.store.append(put(entry))
  first.store.append(drop(entries[7]!))
  await first.store.flush()

  const second = await opened(level)
  const metas: EntryMeta[] = []
  // rows share the memory of their page
  expect(await second.store.load(meta => metas.push(structuredClone(meta)))).toBe(0)
  const expected = entries.filter((_, index) => index !== 7)
  expect(new Set(metas.map(({ createdMs }) => createdMs))).toEqual(new Set(expected.map(({ createdMs }) => createdMs)))
  const bytes = await second.store.read(expected)
  expect(
    bytes.every((found, index) => found !== undefined && Buffer.compare(found, expected[index]!.bytes) === 0),
  ).toBe(true)
  expect(await second.store.read([entries[7]!])).toEqual([undefined])
})

test('versions of one key that are under way together end in the order in which the set took them', async () => {
  const { store, hold, durable } = await opened()
  const release = hold()
  const versions = [1_000, 2_000, 3_000].map(createdMs => toyOf({ createdMs }))
  store.append(put(versions[0]!))
  store.append(put(versions[1]!, versions[0]))
  store.append(drop(versions[1]!))
  store.append(put(versions[2]!))
  release()
  await store.flush()
  expect(await store.read(versions)).toEqual([undefined, undefined, versions[2]!.bytes])
  expect(durable.map(({ type, meta }) => [type, meta.createdMs])).toEqual([
    ['put', 1_000],
    ['put', 2_000],
    ['drop', 2_000],
    ['put', 3_000],
  ])
})

test('nobody reads or hears of an entry before it is durable', async () => {
  const { store, hold, durable } = await opened()
  const release = hold()
  const entry = toyOf({ createdMs: 1_000 })
  const settled: boolean[] = []
  store.append({ ...put(entry), settle: isDurable => settled.push(isDurable) })
  const reading = store.read([entry]).then(([bytes]) => {
    expect(settled).toEqual([true])
    return bytes
  })
  await store.rows([entry.key])
  expect(durable).toEqual([])
  release()
  expect(await reading).toEqual(entry.bytes)
  expect(durable).toHaveLength(1)
})

test('a new stamp for an entry leaves its bytes alone', async () => {
  const { store } = await opened()
  const entry = toyOf({ createdMs: 1_000 })
  store.append(put(entry))
  const meta = { ...metaOf(entry), isOwn: true }
  store.append({ changes: [{ type: 'put', meta, previous: metaOf(entry) }], entry })
  await store.flush()
  expect(await store.rows([entry.key])).toEqual([meta])
  expect(await store.read([entry])).toEqual([entry.bytes])
})

test('damaged rows are dropped and counted; damaged bytes are not given out', async () => {
  const level = new MemoryLevel()
  const first = await opened(level)
  const entries = [1, 2, 3].map(createdMs => toyOf({ createdMs, name: `n${createdMs}` }))
  for (const entry of entries) first.store.append(put(entry))
  await first.store.flush()
  const part = level.sublevel<Uint8Array, Uint8Array>('test/toys/0', { keyEncoding: 'view', valueEncoding: 'view' })
  const damage = async (kind: string, entry: Toy): Promise<void> => {
    const key = Buffer.concat([Buffer.from(kind), entry.key])
    const value = Uint8Array.from((await part.get(key))!)
    value[40]! ^= 1
    await part.put(key, value)
  }
  await damage('m', entries[0]!)
  await damage('b', entries[1]!)

  const second = await opened(level)
  const seqs: number[] = []
  expect(await second.store.load(({ createdMs }) => seqs.push(createdMs))).toBe(1)
  expect(new Set(seqs)).toEqual(new Set([2, 3]))
  expect(await second.store.read(entries)).toEqual([undefined, undefined, entries[2]!.bytes])
  expect(await (await opened(level)).store.load(() => {})).toBe(0)
})

test('after a failed write nothing more is taken, what was durable is served, and a recovered store takes writes', async () => {
  const { store, setFault, faults, levels } = await opened()
  const [kept, lost, late, after] = [1, 2, 3, 4].map(createdMs => toyOf({ createdMs, name: `n${createdMs}` }))
  store.append(put(kept!))
  await store.flush()
  const settled: Array<[number, boolean]> = []
  const watched = (entry: Toy): Unit<Toy> => ({
    ...put(entry),
    settle: isDurable => settled.push([entry.createdMs, isDurable]),
  })
  setFault('No space left on device')
  store.append(watched(lost!))
  await store.flush()
  store.append(watched(late!))
  expect(settled).toEqual([
    [2, false],
    [3, false],
  ])
  expect(faults[0]).toBeInstanceOf(StoreError)
  expect(faults[0]!.message).toContain('No space left on device')
  expect(store.unsure).toHaveLength(2)
  expect(await store.read([kept!, lost!])).toEqual([kept!.bytes, undefined])
  await expect(levels.recover()).rejects.toThrow('No space left on device')
  expect(await store.read([kept!])).toEqual([kept!.bytes])

  setFault(undefined)
  await levels.recover()
  expect(store.broken).toBeUndefined()
  store.append(watched(after!))
  await store.flush()
  expect(settled.at(-1)).toEqual([4, true])
  expect(await store.read([kept!, after!])).toEqual([kept!.bytes, after!.bytes])
})
