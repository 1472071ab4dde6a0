import type { Codec, DecodeOptions } from 'protons-runtime';
import type { Uint8ArrayList } from 'uint8arraylist';
export interface RecordEnvelope {
    publicKey: Uint8Array<ArrayBuffer>;
    payloadType: Uint8Array<ArrayBuffer>;
    payload: Uint8Array<ArrayBuffer>;
    signature: Uint8Array<ArrayBuffer>;
}
export declare namespace RecordEnvelope {
    const codec: () => Codec<RecordEnvelope>;
    interface RecordEnvelopePublicKeyFieldEvent {
        field: '$.publicKey';
        value: Uint8Array<ArrayBuffer>;
    }
    interface RecordEnvelopePayloadTypeFieldEvent {
        field: '$.payloadType';
        value: Uint8Array<ArrayBuffer>;
    }
    interface RecordEnvelopePayloadFieldEvent {
        field: '$.payload';
        value: Uint8Array<ArrayBuffer>;
    }
    interface RecordEnvelopeSignatureFieldEvent {
        field: '$.signature';
        value: Uint8Array<ArrayBuffer>;
    }
    function encode(obj: Partial<RecordEnvelope>): Uint8Array<ArrayBuffer>;
    function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<RecordEnvelope>): RecordEnvelope;
    function stream(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<RecordEnvelope>): Generator<RecordEnvelopePublicKeyFieldEvent | RecordEnvelopePayloadTypeFieldEvent | RecordEnvelopePayloadFieldEvent | RecordEnvelopeSignatureFieldEvent>;
}
export interface Record {
    space: string;
    name: Uint8Array<ArrayBuffer>;
    seq: bigint;
    createdMs: bigint;
    expiresMs: bigint;
    holdsMs: bigint;
    body?: Uint8Array<ArrayBuffer>;
    removed?: boolean;
}
export declare namespace Record {
    const codec: () => Codec<Record>;
    interface RecordSpaceFieldEvent {
        field: '$.space';
        value: string;
    }
    interface RecordNameFieldEvent {
        field: '$.name';
        value: Uint8Array<ArrayBuffer>;
    }
    interface RecordSeqFieldEvent {
        field: '$.seq';
        value: bigint;
    }
    interface RecordCreatedMsFieldEvent {
        field: '$.createdMs';
        value: bigint;
    }
    interface RecordExpiresMsFieldEvent {
        field: '$.expiresMs';
        value: bigint;
    }
    interface RecordHoldsMsFieldEvent {
        field: '$.holdsMs';
        value: bigint;
    }
    interface RecordBodyFieldEvent {
        field: '$.body';
        value: Uint8Array<ArrayBuffer>;
    }
    interface RecordRemovedFieldEvent {
        field: '$.removed';
        value: boolean;
    }
    function encode(obj: Partial<Record>): Uint8Array<ArrayBuffer>;
    function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Record>): Record;
    function stream(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Record>): Generator<RecordSpaceFieldEvent | RecordNameFieldEvent | RecordSeqFieldEvent | RecordCreatedMsFieldEvent | RecordExpiresMsFieldEvent | RecordHoldsMsFieldEvent | RecordBodyFieldEvent | RecordRemovedFieldEvent>;
}
