export interface TransferOptions {
  signal?: AbortSignal
}

export interface PublishManyProgress {
  /** Items read so far. */
  readonly read: number
  readonly published: number
  /** Own offers that were there already, with the same body: left as they are. */
  readonly unchanged: number
  readonly refused: number
}

export interface PublishManyOptions extends TransferOptions {
  onProgress?: (progress: PublishManyProgress) => void
  /** Called for each item that could not be published, with its place from 0. It is skipped, and the rest goes on. */
  onRefused?: (index: number, error: Error) => void
}

export interface ImportProgress {
  /** Bytes of the file read so far. */
  readonly bytes: number
  /** Entries read so far: the sum of those below. */
  readonly entries: number
  /** New here, or newer than what was here. */
  readonly taken: number
  /** Known here already, or a later version is. */
  readonly known: number
  /** Fine, and of no use: expired, or no room for it. */
  readonly passedOver: number
  /** Not what they should be. */
  readonly bad: number
}

/** An entry of a file that was not taken. */
export interface BadEntry {
  /** Its place among the entries of the file, from 0. */
  readonly index: number
  /** Where it starts in the file. */
  readonly byte: number
  /** Why: a verdict of the replica, or what is wrong with its frame. */
  readonly reason: string
}

export interface ImportReport extends ImportProgress {
  /** The file ended as it should. False: it was cut off, and what came before was taken. */
  readonly isComplete: boolean
}

export interface ImportOptions extends TransferOptions {
  onProgress?: (progress: ImportProgress) => void
  onBad?: (entry: BadEntry) => void
}
