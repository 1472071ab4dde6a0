import { fromHex, toHex } from '../hex.ts'

/**
 * Rows that are small and change their fields from version to version are JSON: the row's sum says that it is what was written, so only what
 * another version of this code wrote can be missing.
 */
const encoder = new TextEncoder()
const decoder = new TextDecoder()

export function encodeFields(fields: Record<string, unknown>): Uint8Array {
  return encoder.encode(JSON.stringify(fields))
}

/** Reads single fields, and fails for what is not what it must be. */
export class Fields {
  readonly #fields: Record<string, unknown>

  /** @throws {TypeError} */
  constructor(content: Uint8Array) {
    const value: unknown = JSON.parse(decoder.decode(content))
    if (typeof value !== 'object' || value === null) throw new TypeError('not a row')
    this.#fields = value as Record<string, unknown>
  }

  get(name: string): unknown {
    return this.#fields[name]
  }

  text(name: string): string {
    const value = this.#fields[name]
    if (typeof value !== 'string') throw new TypeError(`${name} is no text`)
    return value
  }

  count(name: string): number {
    const value = this.#fields[name]
    if (!Number.isSafeInteger(value)) throw new TypeError(`${name} is no integer`)
    return value as number
  }

  flag(name: string): boolean {
    const value = this.#fields[name]
    if (typeof value !== 'boolean') throw new TypeError(`${name} is no flag`)
    return value
  }

  texts(name: string): string[] {
    const value = this.#fields[name]
    if (!Array.isArray(value) || value.some(item => typeof item !== 'string')) throw new TypeError(`${name} is no list`)
    return value as string[]
  }

  bytes(name: string, length?: number): Uint8Array {
    const text = this.text(name)
    const bytes = fromHex(text, length ?? text.length / 2)
    if (bytes === undefined) throw new TypeError(`${name} is not hexadecimal`)
    return bytes
  }

  optionalBytes(name: string): Uint8Array | undefined {
    return this.#fields[name] === undefined ? undefined : this.bytes(name)
  }
}

export function optionalHex(bytes: Uint8Array | undefined): string | undefined {
  return bytes === undefined ? undefined : toHex(bytes)
}
