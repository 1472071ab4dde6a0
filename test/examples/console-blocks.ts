/** A line that is typed, and what the page says it prints. Without a command: what appears by itself. */
export interface ConsoleStep {
  command: string | undefined
  output: string[]
}

export interface ConsoleBlock {
  /** Whose terminal it is. */
  terminal: string
  steps: ConsoleStep[]
}

/** The ```console NAME blocks of a page of Markdown, in order. */
export function consoleBlocksOf(markdown: string): ConsoleBlock[] {
  return [...markdown.matchAll(/^```console (\S+)\n([\s\S]*?)^```$/gm)].map(([, terminal = '', text = '']) => {
    const steps: ConsoleStep[] = []
    for (const line of text.trimEnd().split('\n')) {
      if (line.startsWith('$ ')) steps.push({ command: line.slice(2), output: [] })
      else if (steps.length === 0) steps.push({ command: undefined, output: [line] })
      else steps.at(-1)!.output.push(line)
    }
    return { terminal, steps }
  })
}
