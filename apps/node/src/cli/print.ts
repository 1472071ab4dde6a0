import { jsonLine, printable } from './terminal.ts'

/** The answer of a command: one object for programs, lines for people. */
export function print(json: boolean, value: unknown, forPeople: () => string): void {
  const text = json ? jsonLine(value) : forPeople().split('\n').map(printable).join('\n')
  process.stdout.write(`${text}\n`)
}
