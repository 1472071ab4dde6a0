import type { Codec, DecodeOptions } from 'protons-runtime';
import type { Uint8ArrayList } from 'uint8arraylist';
export interface Entry {
    entry: Uint8Array<ArrayBuffer>;
    stamp?: Stamp;
}
export declare namespace Entry {
    const codec: () => Codec<Entry>;
    interface EntryEntryFieldEvent {
        field: '$.entry';
        value: Uint8Array<ArrayBuffer>;
    }
    interface EntryStampSizeClassFieldEvent {
        field: '$.stamp.sizeClass';
        value: number;
    }
    interface EntryStampFromMsFieldEvent {
        field: '$.stamp.fromMs';
        value: number;
    }
    interface EntryStampUntilMsFieldEvent {
        field: '$.stamp.untilMs';
        value: number;
    }
    interface EntryStampNonceFieldEvent {
        field: '$.stamp.nonce';
        value: Uint8Array<ArrayBuffer>;
    }
    function encode(obj: Partial<Entry>): Uint8Array<ArrayBuffer>;
    function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Entry>): Entry;
    function stream(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Entry>): Generator<EntryEntryFieldEvent | EntryStampSizeClassFieldEvent | EntryStampFromMsFieldEvent | EntryStampUntilMsFieldEvent | EntryStampNonceFieldEvent>;
}
export interface Stamp {
    sizeClass: number;
    fromMs: number;
    untilMs: number;
    nonce: Uint8Array<ArrayBuffer>;
}
export declare namespace Stamp {
    const codec: () => Codec<Stamp>;
    interface StampSizeClassFieldEvent {
        field: '$.sizeClass';
        value: number;
    }
    interface StampFromMsFieldEvent {
        field: '$.fromMs';
        value: number;
    }
    interface StampUntilMsFieldEvent {
        field: '$.untilMs';
        value: number;
    }
    interface StampNonceFieldEvent {
        field: '$.nonce';
        value: Uint8Array<ArrayBuffer>;
    }
    function encode(obj: Partial<Stamp>): Uint8Array<ArrayBuffer>;
    function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Stamp>): Stamp;
    function stream(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Stamp>): Generator<StampSizeClassFieldEvent | StampFromMsFieldEvent | StampUntilMsFieldEvent | StampNonceFieldEvent>;
}
export interface SyncMessage {
    hello?: Hello;
    reconcile?: Uint8Array<ArrayBuffer>;
    offer?: Uint8Array<ArrayBuffer>;
    want?: Uint8Array<ArrayBuffer>;
    entries?: Entries;
    end?: End;
}
export declare namespace SyncMessage {
    const codec: () => Codec<SyncMessage>;
    interface SyncMessageHelloNowMsFieldEvent {
        field: '$.hello.nowMs';
        value: number;
    }
    interface SyncMessageHelloEntriesFieldEvent {
        field: '$.hello.entries';
        value: number;
    }
    interface SyncMessageHelloPriceRankFieldEvent {
        field: '$.hello.priceRank';
        value: number;
    }
    interface SyncMessageReconcileFieldEvent {
        field: '$.reconcile';
        value: Uint8Array<ArrayBuffer>;
    }
    interface SyncMessageOfferFieldEvent {
        field: '$.offer';
        value: Uint8Array<ArrayBuffer>;
    }
    interface SyncMessageWantFieldEvent {
        field: '$.want';
        value: Uint8Array<ArrayBuffer>;
    }
    interface SyncMessageEntriesEntriesEntryFieldEvent {
        field: '$.entries.entries[].entry';
        value: Uint8Array<ArrayBuffer>;
        index: number;
    }
    interface SyncMessageEntriesEntriesStampSizeClassFieldEvent {
        field: '$.entries.entries[].stamp.sizeClass';
        value: number;
        index: number;
    }
    interface SyncMessageEntriesEntriesStampFromMsFieldEvent {
        field: '$.entries.entries[].stamp.fromMs';
        value: number;
        index: number;
    }
    interface SyncMessageEntriesEntriesStampUntilMsFieldEvent {
        field: '$.entries.entries[].stamp.untilMs';
        value: number;
        index: number;
    }
    interface SyncMessageEntriesEntriesStampNonceFieldEvent {
        field: '$.entries.entries[].stamp.nonce';
        value: Uint8Array<ArrayBuffer>;
        index: number;
    }
    interface SyncMessageEndCodeFieldEvent {
        field: '$.end.code';
        value: EndCode;
    }
    function encode(obj: Partial<SyncMessage>): Uint8Array<ArrayBuffer>;
    function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<SyncMessage>): SyncMessage;
    function stream(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<SyncMessage>): Generator<SyncMessageHelloNowMsFieldEvent | SyncMessageHelloEntriesFieldEvent | SyncMessageHelloPriceRankFieldEvent | SyncMessageReconcileFieldEvent | SyncMessageOfferFieldEvent | SyncMessageWantFieldEvent | SyncMessageEntriesEntriesEntryFieldEvent | SyncMessageEntriesEntriesStampSizeClassFieldEvent | SyncMessageEntriesEntriesStampFromMsFieldEvent | SyncMessageEntriesEntriesStampUntilMsFieldEvent | SyncMessageEntriesEntriesStampNonceFieldEvent | SyncMessageEndCodeFieldEvent>;
}
export interface Hello {
    nowMs: number;
    entries: number;
    priceRank?: number;
}
export declare namespace Hello {
    const codec: () => Codec<Hello>;
    interface HelloNowMsFieldEvent {
        field: '$.nowMs';
        value: number;
    }
    interface HelloEntriesFieldEvent {
        field: '$.entries';
        value: number;
    }
    interface HelloPriceRankFieldEvent {
        field: '$.priceRank';
        value: number;
    }
    function encode(obj: Partial<Hello>): Uint8Array<ArrayBuffer>;
    function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Hello>): Hello;
    function stream(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Hello>): Generator<HelloNowMsFieldEvent | HelloEntriesFieldEvent | HelloPriceRankFieldEvent>;
}
export interface Entries {
    entries: Entry[];
}
export declare namespace Entries {
    const codec: () => Codec<Entries>;
    interface EntriesEntriesEntryFieldEvent {
        field: '$.entries[].entry';
        value: Uint8Array<ArrayBuffer>;
        index: number;
    }
    interface EntriesEntriesStampSizeClassFieldEvent {
        field: '$.entries[].stamp.sizeClass';
        value: number;
        index: number;
    }
    interface EntriesEntriesStampFromMsFieldEvent {
        field: '$.entries[].stamp.fromMs';
        value: number;
        index: number;
    }
    interface EntriesEntriesStampUntilMsFieldEvent {
        field: '$.entries[].stamp.untilMs';
        value: number;
        index: number;
    }
    interface EntriesEntriesStampNonceFieldEvent {
        field: '$.entries[].stamp.nonce';
        value: Uint8Array<ArrayBuffer>;
        index: number;
    }
    function encode(obj: Partial<Entries>): Uint8Array<ArrayBuffer>;
    function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Entries>): Entries;
    function stream(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Entries>): Generator<EntriesEntriesEntryFieldEvent | EntriesEntriesStampSizeClassFieldEvent | EntriesEntriesStampFromMsFieldEvent | EntriesEntriesStampUntilMsFieldEvent | EntriesEntriesStampNonceFieldEvent>;
}
export declare enum EndCode {
    DONE = "DONE",
    BUSY = "BUSY",
    NOT_READY = "NOT_READY",
    LIMIT = "LIMIT",
    TIME = "TIME",
    BAD_MESSAGE = "BAD_MESSAGE"
}
export declare namespace EndCode {
    const codec: () => Codec<EndCode>;
}
export interface End {
    code: EndCode;
}
export declare namespace End {
    const codec: () => Codec<End>;
    interface EndCodeFieldEvent {
        field: '$.code';
        value: EndCode;
    }
    function encode(obj: Partial<End>): Uint8Array<ArrayBuffer>;
    function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<End>): End;
    function stream(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<End>): Generator<EndCodeFieldEvent>;
}
