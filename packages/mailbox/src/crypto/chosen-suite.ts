import type { HpkeSuite, SuiteId } from './suite.ts'

/** The first of the candidates that works here, looked for when it is first needed. The last one is not tried: it is left when none works. */
export function chosenSuite(
  id: SuiteId,
  sizes: Pick<HpkeSuite, 'publicKeyBytes' | 'encBytes'>,
  candidates: () => readonly HpkeSuite[],
): HpkeSuite {
  let chosen: Promise<HpkeSuite> | undefined
  const suite = (): Promise<HpkeSuite> => (chosen ??= firstThatWorks(candidates()))
  return {
    id,
    ...sizes,
    generate: async () => (await suite()).generate(),
    seal: async (...args) => (await suite()).seal(...args),
    open: async (...args) => (await suite()).open(...args),
  }
}

async function firstThatWorks(candidates: readonly HpkeSuite[]): Promise<HpkeSuite> {
  for (const candidate of candidates.slice(0, -1)) if (await works(candidate)) return candidate
  return candidates.at(-1)!
}

async function works(suite: HpkeSuite): Promise<boolean> {
  const message = Uint8Array.of(1, 2, 3)
  try {
    const pair = await suite.generate()
    const { enc, ciphertext } = await suite.seal(pair.publicKey, message, message, message)
    const opened = await suite.open(pair, enc, message, message, ciphertext)
    return opened?.length === message.length && opened.every((byte, at) => byte === message[at])
  } catch {
    return false
  }
}
