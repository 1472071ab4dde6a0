/** The ```ts blocks of a page of Markdown: `// file: name.ts` on the first line names one, the others are numbered. */
export function blocksOf(markdown: string): Array<{ name: string; code: string }> {
  return [...markdown.matchAll(/^```ts\n([\s\S]*?)^```$/gm)].map(([, code = ''], index) => ({
    name: /^\/\/ file: (\S+\.ts)/.exec(code)?.[1] ?? `block-${index + 1}.ts`,
    code,
  }))
}
