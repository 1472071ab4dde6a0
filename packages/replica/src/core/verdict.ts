/**
 * What becomes of an entry that arrives. The first four may change the set.
 * - `new`: its key was not held · `newer`: it replaces an earlier version · `restamped`: the same entry, with a stronger stamp
 * - `known`: held already, the sender did nothing wrong; nothing changes
 * - `superseded`: a later version is held · `expired`: nobody needs it any more · `over-quota`: its group is full of later ones ·
 *   `no-room`: the budget is full of what ranks higher · `too-often`: versions of its key come too fast; anti-entropy brings the last
 * - `future`: from more than the allowed skew ahead · `not-allowed`: admission refuses it
 * - `malformed`, `unproven`, `bad-stamp`: the sender should have known
 */
export type Verdict =
  | 'new'
  | 'newer'
  | 'restamped'
  | 'known'
  | 'superseded'
  | 'expired'
  | 'over-quota'
  | 'no-room'
  | 'too-often'
  | 'future'
  | 'not-allowed'
  | 'malformed'
  | 'unproven'
  | 'bad-stamp'

const TAKEN: ReadonlySet<Verdict> = new Set(['new', 'newer', 'restamped'])
const BLAMED: ReadonlySet<Verdict> = new Set(['malformed', 'unproven', 'bad-stamp'])

/** Whether an entry with this verdict is in the set now, and worth passing on. */
export function isTaken(verdict: Verdict): boolean {
  return TAKEN.has(verdict)
}

/** Whether whoever sent it broke the rules: an honest node checks before it passes on. */
export function isBlamed(verdict: Verdict): boolean {
  return BLAMED.has(verdict)
}
