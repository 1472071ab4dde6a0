import type { Codec, DecodeOptions } from 'protons-runtime';
import type { Uint8ArrayList } from 'uint8arraylist';
export interface Text {
    text: string;
    contentType: string;
    sentMs: number;
    nonce: Uint8Array<ArrayBuffer>;
}
export declare namespace Text {
    const codec: () => Codec<Text>;
    interface TextTextFieldEvent {
        field: '$.text';
        value: string;
    }
    interface TextContentTypeFieldEvent {
        field: '$.contentType';
        value: string;
    }
    interface TextSentMsFieldEvent {
        field: '$.sentMs';
        value: number;
    }
    interface TextNonceFieldEvent {
        field: '$.nonce';
        value: Uint8Array<ArrayBuffer>;
    }
    function encode(obj: Partial<Text>): Uint8Array<ArrayBuffer>;
    function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Text>): Text;
    function stream(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Text>): Generator<TextTextFieldEvent | TextContentTypeFieldEvent | TextSentMsFieldEvent | TextNonceFieldEvent>;
}
export interface Received {
}
export declare namespace Received {
    const codec: () => Codec<Received>;
    function encode(obj: Partial<Received>): Uint8Array<ArrayBuffer>;
    function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Received>): Received;
    function stream(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Received>): Generator<{}>;
}
