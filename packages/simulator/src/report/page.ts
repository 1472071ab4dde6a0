import { STYLE } from './style.ts'
import type { Rows } from './words.ts'

/** A drawing, and what it says in a sentence for who cannot see it or has no time. */
export interface Figure {
  title: string
  says: string
  /** Undefined when there was nothing to draw. */
  svg: string | undefined
  isWide?: boolean
}

export interface Tile {
  value: string
  what: string
  isBad?: boolean
}

/** One file that needs no other: no script, no font, no request. @param main HTML */
export function page(title: string, main: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${escaped(title)}</title>
<style>${STYLE}</style>
</head>
<body>
<main>
${main}
</main>
</body>
</html>
`
}

export function heading(title: string, subtitle: string): string {
  return `<header><h1>${escaped(title)}</h1><p>${escaped(subtitle)}</p></header>`
}

/** What is to be read before any figure. */
export function banner(title: string, sentences: readonly string[]): string {
  return `<section class="banner" role="alert"><h2>${escaped(title)}</h2>${paragraphs(sentences)}</section>`
}

export function note(title: string, sentences: readonly string[]): string {
  return `<section class="note"><h2>${escaped(title)}</h2>${paragraphs(sentences)}</section>`
}

export function tiles(all: readonly Tile[]): string {
  const each = all.map(
    ({ value, what, isBad }) =>
      `<div${isBad === true ? ' class="bad"' : ''}><dd>${escaped(value)}</dd><dt>${escaped(what)}</dt></div>`,
  )
  return `<dl class="tiles">${each.join('')}</dl>`
}

export function figures(all: readonly Figure[]): string {
  const each = all.map(
    ({ title, says, svg, isWide }) =>
      `<figure${isWide === true ? ' class="wide"' : ''}><figcaption><h2>${escaped(title)}</h2><p>${escaped(says)}</p></figcaption>${svg ?? '<p class="nothing">Nothing to draw.</p>'}</figure>`,
  )
  return `<div class="figures">${each.join('\n')}</div>`
}

export function facts(title: string, rows: Rows): string {
  const each = rows.map(([what, value]) => `<tr><th scope="row">${escaped(what)}</th><td>${escaped(value)}</td></tr>`)
  return `<section class="facts"><h2>${escaped(title)}</h2><table>${each.join('')}</table></section>`
}

/** Side by side where there is room. */
export function columns(...sections: string[]): string {
  return `<div class="columns">${sections.join('\n')}</div>`
}

/** The first line is the head; all but the first column are numbers. */
export function grid(title: string, [head = [], ...lines]: string[][]): string {
  const cells = (tag: 'th' | 'td', line: string[]) =>
    line.map((cell, index) => `<${tag}${index === 0 ? '' : ' class="number"'}>${escaped(cell)}</${tag}>`).join('')
  const rows = lines.map(line => `<tr>${cells('td', line)}</tr>`)
  return `<section class="facts"><h2>${escaped(title)}</h2><table class="points"><tr>${cells('th', head)}</tr>${rows.join('')}</table></section>`
}

/** Folded: it is for programs, and for who wants to look up one number. */
export function rawJson(json: string): string {
  return `<details><summary>Raw JSON</summary><pre>${escaped(json)}</pre></details>`
}

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }

export function escaped(text: string): string {
  return text.replaceAll(/[&<>"']/g, character => ENTITIES[character]!)
}

function paragraphs(sentences: readonly string[]): string {
  return sentences.map(sentence => `<p>${escaped(sentence)}</p>`).join('')
}
