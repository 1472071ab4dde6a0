// What differs from run to run: a reader reads the values of the own terminal where the page has others, and so does this.

const ADDRESS = String.raw`/ip4/127\.0\.0\.1/tcp/[1-9]\d*`
const PEER = String.raw`12D3KooW[1-9A-HJ-NP-Za-km-z]{44}`
/** Values that stand for one thing on the whole page, whatever they are. */
const VALUES = [`${ADDRESS}/p2p/${PEER}`, ADDRESS, PEER, String.raw`\b[0-9a-f]{64}\b`, String.raw`\b[0-9a-f]{16}\b`]
/** Times, and whatever the page leaves out. */
const ANYTHING = [String.raw`\d\d:\d\d:\d\d`, String.raw`\b\d+ (?:s|min|h|d)\b`]
/** What a measurement finds, and a plot of it. */
export const FIGURES = [
  // the axis of a plot, whose left end may be 0
  String.raw`^ {7}(?:0|[\d.,]+ m?s) +[\d.,]+ m?s +[\d.,]+ m?s$`,
  String.raw`\b[\d.,]+ (?:m?s\b|MB/s)`,
  String.raw`\b\d+\.\d\d(?= for each)`,
  String.raw`\b[\d,]+(?= for each)`,
  String.raw`\b\d+(?= round trips)`,
  String.raw`\b(?:ahead|behind)\b`,
  String.raw`[┤│└].*$`,
]
const SHORT_ID = /^[0-9a-f]{16}$/

/** Values of the page, and what stands for them in this run. */
export class ShownValues {
  readonly #actual = new Map<string, string>()
  readonly #anything: readonly string[]
  readonly #token: RegExp

  /** @param figures - what else is different in each run, as patterns */
  constructor(figures: readonly string[] = []) {
    this.#anything = [...ANYTHING, ...figures]
    this.#token = new RegExp([...VALUES, ...this.#anything, '…'].join('|'), 'g')
  }

  /** The command with the values of this run. @throws {Error} for one that nothing has printed yet */
  inCommand(command: string): string {
    return command.replaceAll(this.#token, value => {
      if (!isValue(value)) return value
      const actual = this.#of(value)
      if (actual === undefined) throw new Error(`${value} in "${command}" was never printed`)
      return actual
    })
  }

  /** Whether a printed line is the one on the page. What is new in it is remembered. */
  matches(shown: string, printed: string): boolean {
    const unknown: string[] = []
    let pattern = ''
    let at = 0
    for (const match of shown.matchAll(this.#token)) {
      pattern += literal(shown.slice(at, match.index))
      at = match.index + match[0].length
      pattern += this.#pattern(match[0], unknown)
    }
    pattern += literal(shown.slice(at).trimEnd())
    const found = new RegExp(`^${pattern}$`).exec(printed.trimEnd())
    if (found === null) return false
    for (const [index, value] of unknown.entries()) this.#remember(value, found[index + 1]!)
    return true
  }

  #pattern(value: string, unknown: string[]): string {
    if (value === '…') return '.*'
    const anything = this.#anything.find(one => new RegExp(`^(?:${withoutContext(one)})$`).test(value))
    if (anything !== undefined) return withoutContext(anything)
    const actual = this.#of(value)
    if (actual !== undefined) return literal(actual)
    unknown.push(value)
    return `(${VALUES.find(one => new RegExp(`^(?:${one})$`).test(value))!})`
  }

  #of(value: string): string | undefined {
    const actual = this.#actual.get(value)
    if (actual !== undefined || !SHORT_ID.test(value)) return actual
    // how a longer one begins
    const whole = [...this.#actual.keys()].find(one => one.startsWith(value))
    return whole === undefined ? undefined : this.#actual.get(whole)!.slice(0, value.length)
  }

  #remember(value: string, actual: string): void {
    const other = [...this.#actual].find(([, one]) => one === actual)
    if (other !== undefined) throw new Error(`the page has ${other[0]} and ${value} for what is both ${actual}`)
    this.#actual.set(value, actual)
    const [, address, peer] = new RegExp(`^(${ADDRESS})/p2p/(.*)$`).exec(value) ?? []
    if (address === undefined || peer === undefined) return
    const [, actualAddress = '', actualPeer = ''] = new RegExp(`^(${ADDRESS})/p2p/(.*)$`).exec(actual) ?? []
    this.#actual.set(address, actualAddress).set(peer, actualPeer)
  }
}

/** What a pattern matches, where what stands around it is known. */
function withoutContext(pattern: string): string {
  return pattern.replace(/\(\?=[^)]*\)|\$$/g, '')
}

function isValue(token: string): boolean {
  return VALUES.some(one => new RegExp(`^(?:${one})$`).test(token))
}

/** Columns are as wide as what stands in them. */
function literal(text: string): string {
  return RegExp.escape(text).replaceAll(/(?:\\x20| )+/g, ' +')
}
