// Writes docs/configuration.md from the schema of createStack and the DEFAULTS of the services, so that it cannot say anything else.
//   node scripts/configuration.ts [--check]
import { readFileSync, writeFileSync } from 'node:fs'
import { DEFAULTS as BROADCAST } from '@stoa/broadcast'
import { DEFAULTS as DIRECT } from '@stoa/direct'
import { DISCOVERY_DEFAULTS as DISCOVERY } from '@stoa/discovery'
import { DEFAULTS as MAILBOX } from '@stoa/mailbox'
import { DEFAULTS as MEASURE } from '@stoa/measure'
import { DEFAULTS as OFFERS } from '@stoa/offers'
import { DEFAULTS as REPLICA } from '@stoa/replica'
import { optionsSchema } from '@stoa/stack'

const PAGE = 'docs/configuration.md'

interface Field {
  description?: string
  def: { type: string; defaultValue?: unknown; innerType?: Field & { shape?: Record<string, Field> } }
}

function rows(shape: Record<string, Field>): string {
  return Object.entries(shape)
    .map(([name, field]) => `| \`${name}\` | ${show(field.def.defaultValue)} | ${field.description ?? ''} |`)
    .join('\n')
}

function show(value: unknown): string {
  if (value === undefined) return '–'
  if (typeof value === 'number') return value.toLocaleString('en')
  const text = JSON.stringify(value)
  return text === '{}' ? '–' : `\`${text}\``
}

function figures(defaults: Record<string, unknown>): string {
  return Object.entries(defaults)
    .map(([name, value]) => `| \`${name}\` | ${show(value)} |`)
    .join('\n')
}

function without(defaults: Record<string, unknown>, ...names: string[]): Record<string, unknown> {
  return Object.fromEntries(Object.entries(defaults).filter(([name]) => !names.includes(name)))
}

const shape = optionsSchema.shape as unknown as Record<string, Field>
const limits = shape.limits!.def.innerType!.shape!

const page = `# Configuration

Every option of \`createStack()\`, with its default. A wrong one is refused with an error that says which, what it got and what it takes. The options of the \`stoa\` node are in
[guides/run-a-node.md](guides/run-a-node.md). This page is made by \`pnpm generate\`.

| option | default | what it is |
| --- | --- | --- |
${rows(shape)}

## \`limits\`

| limit | default | what it bounds |
| --- | --- | --- |
${rows(limits)}

## \`direct\`

What each does: [packages/direct](../packages/direct).

| option | default |
| --- | --- |
${figures(DIRECT)}

## \`broadcast\`

What each does: [packages/broadcast](../packages/broadcast).

| option | default |
| --- | --- |
${figures(BROADCAST)}

## \`offers\`

What each does, and those that are no figures: [packages/offers](../packages/offers). \`network\` is that of the stack. \`maxBodyBytes\`, \`maxTtlMs\`, \`maxPerOwner\` and
\`maxLeaseMs\` have to be the same on all nodes of a network; nodes with equal budgets end with equal sets.

| option | default |
| --- | --- |
${figures(without(OFFERS, 'network', 'identity'))}
| \`identity\` | \`new\` where the stack has just made the key, else \`unknown\` |

## \`mailbox\`

What each does, and those that are no figures: [packages/mailbox](../packages/mailbox). \`network\` is that of the stack. \`bucketBits\`, \`shardBits\` and \`floorRank\` have to be the same on all nodes of a network. \`secrets\` is \`mail-keys/\` in
\`dataDir\`; without one it is part of \`replicaStore\`, or memory.

| option | default |
| --- | --- |
${figures(without(MAILBOX, 'network'))}

## \`offers.replica\`, \`mailbox.replica\`

What each does: [packages/replica](../packages/replica). The budgets are among the options of \`offers\` and \`mailbox\`.

| option | default |
| --- | --- |
${figures(without(REPLICA, 'budgetBytes'))}

## \`measure\`

What each does: [packages/measure](../packages/measure). \`network\` is that of the stack.

| option | default |
| --- | --- |
${figures(without(MEASURE, 'network'))}

## \`discovery\`

What each does: [packages/discovery](../packages/discovery).

| option | default |
| --- | --- |
${figures(DISCOVERY)}

## Replacing parts

\`libp2p\` takes options of \`createLibp2p()\` and replaces those of the stack, one by one: \`{ libp2p: { transports: [tcp()] } }\` leaves WebSockets out, \`{ libp2p: { connectionEncrypters: [plaintext()] } }\`
replaces noise, \`services\` adds services beside Stoa's. \`false\` in place of the options of \`direct\`, \`broadcast\`, \`offers\`, \`mailbox\`, \`measure\` or \`discovery\` leaves the service out; without \`broadcast\` there are no offers, and without
\`broadcast\` or \`direct\` there is neither mail nor measuring.
`

if (process.argv.includes('--check')) {
  if (readFileSync(PAGE, 'utf8') !== page) {
    console.error(`${PAGE} is out of date: run \`pnpm generate\``)
    process.exit(1)
  }
} else writeFileSync(PAGE, page)
