import type { Codec, DecodeOptions } from 'protons-runtime';
import type { Uint8ArrayList } from 'uint8arraylist';
export interface Letter {
    header?: Header;
    sealed?: Uint8Array<ArrayBuffer>;
    receipt?: Uint8Array<ArrayBuffer>;
}
export declare namespace Letter {
    const codec: () => Codec<Letter>;
    interface LetterHeaderLockFieldEvent {
        field: '$.header.lock';
        value: Uint8Array<ArrayBuffer>;
    }
    interface LetterHeaderCreatedMinFieldEvent {
        field: '$.header.createdMin';
        value: number;
    }
    interface LetterHeaderExpiresMinFieldEvent {
        field: '$.header.expiresMin';
        value: number;
    }
    interface LetterHeaderBucketFieldEvent {
        field: '$.header.bucket';
        value: number;
    }
    interface LetterHeaderSuiteFieldEvent {
        field: '$.header.suite';
        value: number;
    }
    interface LetterHeaderSizeFieldEvent {
        field: '$.header.size';
        value: number;
    }
    interface LetterHeaderSealedHashFieldEvent {
        field: '$.header.sealedHash';
        value: Uint8Array<ArrayBuffer>;
    }
    interface LetterSealedFieldEvent {
        field: '$.sealed';
        value: Uint8Array<ArrayBuffer>;
    }
    interface LetterReceiptFieldEvent {
        field: '$.receipt';
        value: Uint8Array<ArrayBuffer>;
    }
    function encode(obj: Partial<Letter>): Uint8Array<ArrayBuffer>;
    function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Letter>): Letter;
    function stream(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Letter>): Generator<LetterHeaderLockFieldEvent | LetterHeaderCreatedMinFieldEvent | LetterHeaderExpiresMinFieldEvent | LetterHeaderBucketFieldEvent | LetterHeaderSuiteFieldEvent | LetterHeaderSizeFieldEvent | LetterHeaderSealedHashFieldEvent | LetterSealedFieldEvent | LetterReceiptFieldEvent>;
}
export interface Header {
    lock: Uint8Array<ArrayBuffer>;
    createdMin: number;
    expiresMin: number;
    bucket: number;
    suite: number;
    size: number;
    sealedHash: Uint8Array<ArrayBuffer>;
}
export declare namespace Header {
    const codec: () => Codec<Header>;
    interface HeaderLockFieldEvent {
        field: '$.lock';
        value: Uint8Array<ArrayBuffer>;
    }
    interface HeaderCreatedMinFieldEvent {
        field: '$.createdMin';
        value: number;
    }
    interface HeaderExpiresMinFieldEvent {
        field: '$.expiresMin';
        value: number;
    }
    interface HeaderBucketFieldEvent {
        field: '$.bucket';
        value: number;
    }
    interface HeaderSuiteFieldEvent {
        field: '$.suite';
        value: number;
    }
    interface HeaderSizeFieldEvent {
        field: '$.size';
        value: number;
    }
    interface HeaderSealedHashFieldEvent {
        field: '$.sealedHash';
        value: Uint8Array<ArrayBuffer>;
    }
    function encode(obj: Partial<Header>): Uint8Array<ArrayBuffer>;
    function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Header>): Header;
    function stream(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Header>): Generator<HeaderLockFieldEvent | HeaderCreatedMinFieldEvent | HeaderExpiresMinFieldEvent | HeaderBucketFieldEvent | HeaderSuiteFieldEvent | HeaderSizeFieldEvent | HeaderSealedHashFieldEvent>;
}
export interface Envelope {
    from: Uint8Array<ArrayBuffer>;
    to: Uint8Array<ArrayBuffer>;
    messageId: Uint8Array<ArrayBuffer>;
    sentMs: bigint;
    contentType: string;
    body: Uint8Array<ArrayBuffer>;
    signature: Uint8Array<ArrayBuffer>;
}
export declare namespace Envelope {
    const codec: () => Codec<Envelope>;
    interface EnvelopeFromFieldEvent {
        field: '$.from';
        value: Uint8Array<ArrayBuffer>;
    }
    interface EnvelopeToFieldEvent {
        field: '$.to';
        value: Uint8Array<ArrayBuffer>;
    }
    interface EnvelopeMessageIdFieldEvent {
        field: '$.messageId';
        value: Uint8Array<ArrayBuffer>;
    }
    interface EnvelopeSentMsFieldEvent {
        field: '$.sentMs';
        value: bigint;
    }
    interface EnvelopeContentTypeFieldEvent {
        field: '$.contentType';
        value: string;
    }
    interface EnvelopeBodyFieldEvent {
        field: '$.body';
        value: Uint8Array<ArrayBuffer>;
    }
    interface EnvelopeSignatureFieldEvent {
        field: '$.signature';
        value: Uint8Array<ArrayBuffer>;
    }
    function encode(obj: Partial<Envelope>): Uint8Array<ArrayBuffer>;
    function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Envelope>): Envelope;
    function stream(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Envelope>): Generator<EnvelopeFromFieldEvent | EnvelopeToFieldEvent | EnvelopeMessageIdFieldEvent | EnvelopeSentMsFieldEvent | EnvelopeContentTypeFieldEvent | EnvelopeBodyFieldEvent | EnvelopeSignatureFieldEvent>;
}
export interface DeviceKeys {
    keys: PublicKey[];
}
export declare namespace DeviceKeys {
    const codec: () => Codec<DeviceKeys>;
    interface DeviceKeysKeysSuiteFieldEvent {
        field: '$.keys[].suite';
        value: number;
        index: number;
    }
    interface DeviceKeysKeysKeyFieldEvent {
        field: '$.keys[].key';
        value: Uint8Array<ArrayBuffer>;
        index: number;
    }
    function encode(obj: Partial<DeviceKeys>): Uint8Array<ArrayBuffer>;
    function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<DeviceKeys>): DeviceKeys;
    function stream(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<DeviceKeys>): Generator<DeviceKeysKeysSuiteFieldEvent | DeviceKeysKeysKeyFieldEvent>;
}
export interface PublicKey {
    suite: number;
    key: Uint8Array<ArrayBuffer>;
}
export declare namespace PublicKey {
    const codec: () => Codec<PublicKey>;
    interface PublicKeySuiteFieldEvent {
        field: '$.suite';
        value: number;
    }
    interface PublicKeyKeyFieldEvent {
        field: '$.key';
        value: Uint8Array<ArrayBuffer>;
    }
    function encode(obj: Partial<PublicKey>): Uint8Array<ArrayBuffer>;
    function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<PublicKey>): PublicKey;
    function stream(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<PublicKey>): Generator<PublicKeySuiteFieldEvent | PublicKeyKeyFieldEvent>;
}
export interface MailRequest {
    keep?: Place;
    handOver?: Uint8Array<ArrayBuffer>;
    receipt?: Uint8Array<ArrayBuffer>;
}
export declare namespace MailRequest {
    const codec: () => Codec<MailRequest>;
    interface MailRequestKeepEntryFieldEvent {
        field: '$.keep.entry';
        value: Uint8Array<ArrayBuffer>;
    }
    interface MailRequestKeepStampSizeClassFieldEvent {
        field: '$.keep.stamp.sizeClass';
        value: number;
    }
    interface MailRequestKeepStampFromMsFieldEvent {
        field: '$.keep.stamp.fromMs';
        value: bigint;
    }
    interface MailRequestKeepStampUntilMsFieldEvent {
        field: '$.keep.stamp.untilMs';
        value: bigint;
    }
    interface MailRequestKeepStampNonceFieldEvent {
        field: '$.keep.stamp.nonce';
        value: Uint8Array<ArrayBuffer>;
    }
    interface MailRequestHandOverFieldEvent {
        field: '$.handOver';
        value: Uint8Array<ArrayBuffer>;
    }
    interface MailRequestReceiptFieldEvent {
        field: '$.receipt';
        value: Uint8Array<ArrayBuffer>;
    }
    function encode(obj: Partial<MailRequest>): Uint8Array<ArrayBuffer>;
    function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<MailRequest>): MailRequest;
    function stream(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<MailRequest>): Generator<MailRequestKeepEntryFieldEvent | MailRequestKeepStampSizeClassFieldEvent | MailRequestKeepStampFromMsFieldEvent | MailRequestKeepStampUntilMsFieldEvent | MailRequestKeepStampNonceFieldEvent | MailRequestHandOverFieldEvent | MailRequestReceiptFieldEvent>;
}
export interface Place {
    entry: Uint8Array<ArrayBuffer>;
    stamp?: Stamp;
}
export declare namespace Place {
    const codec: () => Codec<Place>;
    interface PlaceEntryFieldEvent {
        field: '$.entry';
        value: Uint8Array<ArrayBuffer>;
    }
    interface PlaceStampSizeClassFieldEvent {
        field: '$.stamp.sizeClass';
        value: number;
    }
    interface PlaceStampFromMsFieldEvent {
        field: '$.stamp.fromMs';
        value: bigint;
    }
    interface PlaceStampUntilMsFieldEvent {
        field: '$.stamp.untilMs';
        value: bigint;
    }
    interface PlaceStampNonceFieldEvent {
        field: '$.stamp.nonce';
        value: Uint8Array<ArrayBuffer>;
    }
    function encode(obj: Partial<Place>): Uint8Array<ArrayBuffer>;
    function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Place>): Place;
    function stream(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Place>): Generator<PlaceEntryFieldEvent | PlaceStampSizeClassFieldEvent | PlaceStampFromMsFieldEvent | PlaceStampUntilMsFieldEvent | PlaceStampNonceFieldEvent>;
}
export interface Stamp {
    sizeClass: number;
    fromMs: bigint;
    untilMs: bigint;
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
        value: bigint;
    }
    interface StampUntilMsFieldEvent {
        field: '$.untilMs';
        value: bigint;
    }
    interface StampNonceFieldEvent {
        field: '$.nonce';
        value: Uint8Array<ArrayBuffer>;
    }
    function encode(obj: Partial<Stamp>): Uint8Array<ArrayBuffer>;
    function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Stamp>): Stamp;
    function stream(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Stamp>): Generator<StampSizeClassFieldEvent | StampFromMsFieldEvent | StampUntilMsFieldEvent | StampNonceFieldEvent>;
}
export declare enum MailCode {
    MAIL_UNSPECIFIED = "MAIL_UNSPECIFIED",
    MAIL_KEPT = "MAIL_KEPT",
    MAIL_DONE = "MAIL_DONE",
    MAIL_NOT_MINE = "MAIL_NOT_MINE",
    MAIL_REFUSED = "MAIL_REFUSED",
    MAIL_BAD_STAMP = "MAIL_BAD_STAMP",
    MAIL_NO_ROOM = "MAIL_NO_ROOM",
    MAIL_BUSY = "MAIL_BUSY"
}
export declare namespace MailCode {
    const codec: () => Codec<MailCode>;
}
export interface MailResponse {
    code: MailCode;
    receipt: Uint8Array<ArrayBuffer>;
}
export declare namespace MailResponse {
    const codec: () => Codec<MailResponse>;
    interface MailResponseCodeFieldEvent {
        field: '$.code';
        value: MailCode;
    }
    interface MailResponseReceiptFieldEvent {
        field: '$.receipt';
        value: Uint8Array<ArrayBuffer>;
    }
    function encode(obj: Partial<MailResponse>): Uint8Array<ArrayBuffer>;
    function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<MailResponse>): MailResponse;
    function stream(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<MailResponse>): Generator<MailResponseCodeFieldEvent | MailResponseReceiptFieldEvent>;
}
