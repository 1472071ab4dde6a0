/** spec/mailbox.md §4: the longest body, in bytes. Said here again, since @stoa/mailbox is too dear to load for it. */
export const MAX_LETTER_BYTES = 48_880
