import type { Codec, DecodeOptions } from 'protons-runtime';
import type { Uint8ArrayList } from 'uint8arraylist';
export declare enum Kind {
    REQUEST = "REQUEST",
    RESPONSE = "RESPONSE",
    ITEM = "ITEM",
    END = "END",
    ERROR = "ERROR",
    CANCEL = "CANCEL",
    CREDIT = "CREDIT",
    NOTIFY = "NOTIFY"
}
export declare namespace Kind {
    const codec: () => Codec<Kind>;
}
export declare enum ErrorCode {
    NONE = "NONE",
    FAILED = "FAILED",
    REFUSED = "REFUSED",
    TOO_LARGE = "TOO_LARGE",
    MALFORMED = "MALFORMED",
    TIMEOUT = "TIMEOUT",
    IS_STREAM = "IS_STREAM"
}
export declare namespace ErrorCode {
    const codec: () => Codec<ErrorCode>;
}
export interface Frame {
    kind: Kind;
    id: number;
    credit: number;
    error: ErrorCode;
    payload: Uint8Array<ArrayBuffer>;
}
export declare namespace Frame {
    const codec: () => Codec<Frame>;
    interface FrameKindFieldEvent {
        field: '$.kind';
        value: Kind;
    }
    interface FrameIdFieldEvent {
        field: '$.id';
        value: number;
    }
    interface FrameCreditFieldEvent {
        field: '$.credit';
        value: number;
    }
    interface FrameErrorFieldEvent {
        field: '$.error';
        value: ErrorCode;
    }
    interface FramePayloadFieldEvent {
        field: '$.payload';
        value: Uint8Array<ArrayBuffer>;
    }
    function encode(obj: Partial<Frame>): Uint8Array<ArrayBuffer>;
    function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Frame>): Frame;
    function stream(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Frame>): Generator<FrameKindFieldEvent | FrameIdFieldEvent | FrameCreditFieldEvent | FrameErrorFieldEvent | FramePayloadFieldEvent>;
}
