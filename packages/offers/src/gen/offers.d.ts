import type { Codec, DecodeOptions } from 'protons-runtime';
import type { Uint8ArrayList } from 'uint8arraylist';
export interface Offer {
    whileOnline: boolean;
    contentType: string;
    body: Uint8Array<ArrayBuffer>;
}
export declare namespace Offer {
    const codec: () => Codec<Offer>;
    interface OfferWhileOnlineFieldEvent {
        field: '$.whileOnline';
        value: boolean;
    }
    interface OfferContentTypeFieldEvent {
        field: '$.contentType';
        value: string;
    }
    interface OfferBodyFieldEvent {
        field: '$.body';
        value: Uint8Array<ArrayBuffer>;
    }
    function encode(obj: Partial<Offer>): Uint8Array<ArrayBuffer>;
    function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Offer>): Offer;
    function stream(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Offer>): Generator<OfferWhileOnlineFieldEvent | OfferContentTypeFieldEvent | OfferBodyFieldEvent>;
}
export interface OffersFileHeader {
    network: string;
    market: string;
    createdMs: number;
}
export declare namespace OffersFileHeader {
    const codec: () => Codec<OffersFileHeader>;
    interface OffersFileHeaderNetworkFieldEvent {
        field: '$.network';
        value: string;
    }
    interface OffersFileHeaderMarketFieldEvent {
        field: '$.market';
        value: string;
    }
    interface OffersFileHeaderCreatedMsFieldEvent {
        field: '$.createdMs';
        value: number;
    }
    function encode(obj: Partial<OffersFileHeader>): Uint8Array<ArrayBuffer>;
    function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<OffersFileHeader>): OffersFileHeader;
    function stream(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<OffersFileHeader>): Generator<OffersFileHeaderNetworkFieldEvent | OffersFileHeaderMarketFieldEvent | OffersFileHeaderCreatedMsFieldEvent>;
}
export interface OffersFileEntry {
    entry: Uint8Array<ArrayBuffer>;
    stamp?: OffersFileStamp;
}
export declare namespace OffersFileEntry {
    const codec: () => Codec<OffersFileEntry>;
    interface OffersFileEntryEntryFieldEvent {
        field: '$.entry';
        value: Uint8Array<ArrayBuffer>;
    }
    interface OffersFileEntryStampSizeClassFieldEvent {
        field: '$.stamp.sizeClass';
        value: number;
    }
    interface OffersFileEntryStampFromMsFieldEvent {
        field: '$.stamp.fromMs';
        value: number;
    }
    interface OffersFileEntryStampUntilMsFieldEvent {
        field: '$.stamp.untilMs';
        value: number;
    }
    interface OffersFileEntryStampNonceFieldEvent {
        field: '$.stamp.nonce';
        value: Uint8Array<ArrayBuffer>;
    }
    function encode(obj: Partial<OffersFileEntry>): Uint8Array<ArrayBuffer>;
    function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<OffersFileEntry>): OffersFileEntry;
    function stream(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<OffersFileEntry>): Generator<OffersFileEntryEntryFieldEvent | OffersFileEntryStampSizeClassFieldEvent | OffersFileEntryStampFromMsFieldEvent | OffersFileEntryStampUntilMsFieldEvent | OffersFileEntryStampNonceFieldEvent>;
}
export interface OffersFileStamp {
    sizeClass: number;
    fromMs: number;
    untilMs: number;
    nonce: Uint8Array<ArrayBuffer>;
}
export declare namespace OffersFileStamp {
    const codec: () => Codec<OffersFileStamp>;
    interface OffersFileStampSizeClassFieldEvent {
        field: '$.sizeClass';
        value: number;
    }
    interface OffersFileStampFromMsFieldEvent {
        field: '$.fromMs';
        value: number;
    }
    interface OffersFileStampUntilMsFieldEvent {
        field: '$.untilMs';
        value: number;
    }
    interface OffersFileStampNonceFieldEvent {
        field: '$.nonce';
        value: Uint8Array<ArrayBuffer>;
    }
    function encode(obj: Partial<OffersFileStamp>): Uint8Array<ArrayBuffer>;
    function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<OffersFileStamp>): OffersFileStamp;
    function stream(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<OffersFileStamp>): Generator<OffersFileStampSizeClassFieldEvent | OffersFileStampFromMsFieldEvent | OffersFileStampUntilMsFieldEvent | OffersFileStampNonceFieldEvent>;
}
