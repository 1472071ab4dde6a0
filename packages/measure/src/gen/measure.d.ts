import type { Codec, DecodeOptions } from 'protons-runtime';
import type { Uint8ArrayList } from 'uint8arraylist';
export interface Probe {
    run: Uint8Array<ArrayBuffer>;
    seq: number;
    count: number;
    intervalMs: number;
    answerMs: number;
    share: number;
    padding: Uint8Array<ArrayBuffer>;
}
export declare namespace Probe {
    const codec: () => Codec<Probe>;
    interface ProbeRunFieldEvent {
        field: '$.run';
        value: Uint8Array<ArrayBuffer>;
    }
    interface ProbeSeqFieldEvent {
        field: '$.seq';
        value: number;
    }
    interface ProbeCountFieldEvent {
        field: '$.count';
        value: number;
    }
    interface ProbeIntervalMsFieldEvent {
        field: '$.intervalMs';
        value: number;
    }
    interface ProbeAnswerMsFieldEvent {
        field: '$.answerMs';
        value: number;
    }
    interface ProbeShareFieldEvent {
        field: '$.share';
        value: number;
    }
    interface ProbePaddingFieldEvent {
        field: '$.padding';
        value: Uint8Array<ArrayBuffer>;
    }
    function encode(obj: Partial<Probe>): Uint8Array<ArrayBuffer>;
    function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Probe>): Probe;
    function stream(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Probe>): Generator<ProbeRunFieldEvent | ProbeSeqFieldEvent | ProbeCountFieldEvent | ProbeIntervalMsFieldEvent | ProbeAnswerMsFieldEvent | ProbeShareFieldEvent | ProbePaddingFieldEvent>;
}
export interface MeasureRequest {
    clock?: ClockRequest;
    answer?: Answer;
}
export declare namespace MeasureRequest {
    const codec: () => Codec<MeasureRequest>;
    interface MeasureRequestAnswerRunFieldEvent {
        field: '$.answer.run';
        value: Uint8Array<ArrayBuffer>;
    }
    interface MeasureRequestAnswerBaseUsFieldEvent {
        field: '$.answer.baseUs';
        value: number;
    }
    interface MeasureRequestAnswerAfterUsFieldEvent {
        field: '$.answer.afterUs';
        value: Uint8Array<ArrayBuffer>;
    }
    interface MeasureRequestAnswerDuplicatesFieldEvent {
        field: '$.answer.duplicates';
        value: number;
    }
    interface MeasureRequestAnswerReceivedBytesFieldEvent {
        field: '$.answer.receivedBytes';
        value: number;
    }
    function encode(obj: Partial<MeasureRequest>): Uint8Array<ArrayBuffer>;
    function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<MeasureRequest>): MeasureRequest;
    function stream(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<MeasureRequest>): Generator<MeasureRequestAnswerRunFieldEvent | MeasureRequestAnswerBaseUsFieldEvent | MeasureRequestAnswerAfterUsFieldEvent | MeasureRequestAnswerDuplicatesFieldEvent | MeasureRequestAnswerReceivedBytesFieldEvent>;
}
export interface ClockRequest {
}
export declare namespace ClockRequest {
    const codec: () => Codec<ClockRequest>;
    function encode(obj: Partial<ClockRequest>): Uint8Array<ArrayBuffer>;
    function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<ClockRequest>): ClockRequest;
    function stream(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<ClockRequest>): Generator<{}>;
}
export interface Answer {
    run: Uint8Array<ArrayBuffer>;
    baseUs: number;
    afterUs: Uint8Array<ArrayBuffer>;
    duplicates: number;
    receivedBytes: number;
}
export declare namespace Answer {
    const codec: () => Codec<Answer>;
    interface AnswerRunFieldEvent {
        field: '$.run';
        value: Uint8Array<ArrayBuffer>;
    }
    interface AnswerBaseUsFieldEvent {
        field: '$.baseUs';
        value: number;
    }
    interface AnswerAfterUsFieldEvent {
        field: '$.afterUs';
        value: Uint8Array<ArrayBuffer>;
    }
    interface AnswerDuplicatesFieldEvent {
        field: '$.duplicates';
        value: number;
    }
    interface AnswerReceivedBytesFieldEvent {
        field: '$.receivedBytes';
        value: number;
    }
    function encode(obj: Partial<Answer>): Uint8Array<ArrayBuffer>;
    function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Answer>): Answer;
    function stream(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Answer>): Generator<AnswerRunFieldEvent | AnswerBaseUsFieldEvent | AnswerAfterUsFieldEvent | AnswerDuplicatesFieldEvent | AnswerReceivedBytesFieldEvent>;
}
export interface MeasureResponse {
    clock?: ClockTimes;
    taken: boolean;
}
export declare namespace MeasureResponse {
    const codec: () => Codec<MeasureResponse>;
    interface MeasureResponseClockReceivedUsFieldEvent {
        field: '$.clock.receivedUs';
        value: number;
    }
    interface MeasureResponseClockSentUsFieldEvent {
        field: '$.clock.sentUs';
        value: number;
    }
    interface MeasureResponseTakenFieldEvent {
        field: '$.taken';
        value: boolean;
    }
    function encode(obj: Partial<MeasureResponse>): Uint8Array<ArrayBuffer>;
    function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<MeasureResponse>): MeasureResponse;
    function stream(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<MeasureResponse>): Generator<MeasureResponseClockReceivedUsFieldEvent | MeasureResponseClockSentUsFieldEvent | MeasureResponseTakenFieldEvent>;
}
export interface ClockTimes {
    receivedUs: number;
    sentUs: number;
}
export declare namespace ClockTimes {
    const codec: () => Codec<ClockTimes>;
    interface ClockTimesReceivedUsFieldEvent {
        field: '$.receivedUs';
        value: number;
    }
    interface ClockTimesSentUsFieldEvent {
        field: '$.sentUs';
        value: number;
    }
    function encode(obj: Partial<ClockTimes>): Uint8Array<ArrayBuffer>;
    function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<ClockTimes>): ClockTimes;
    function stream(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<ClockTimes>): Generator<ClockTimesReceivedUsFieldEvent | ClockTimesSentUsFieldEvent>;
}
export interface LoadRequest {
    reserve?: number;
    data?: Uint8Array<ArrayBuffer>;
    give?: number;
}
export declare namespace LoadRequest {
    const codec: () => Codec<LoadRequest>;
    interface LoadRequestReserveFieldEvent {
        field: '$.reserve';
        value: number;
    }
    interface LoadRequestDataFieldEvent {
        field: '$.data';
        value: Uint8Array<ArrayBuffer>;
    }
    interface LoadRequestGiveFieldEvent {
        field: '$.give';
        value: number;
    }
    function encode(obj: Partial<LoadRequest>): Uint8Array<ArrayBuffer>;
    function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<LoadRequest>): LoadRequest;
    function stream(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<LoadRequest>): Generator<LoadRequestReserveFieldEvent | LoadRequestDataFieldEvent | LoadRequestGiveFieldEvent>;
}
export interface LoadResponse {
    data: Uint8Array<ArrayBuffer>;
}
export declare namespace LoadResponse {
    const codec: () => Codec<LoadResponse>;
    interface LoadResponseDataFieldEvent {
        field: '$.data';
        value: Uint8Array<ArrayBuffer>;
    }
    function encode(obj: Partial<LoadResponse>): Uint8Array<ArrayBuffer>;
    function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<LoadResponse>): LoadResponse;
    function stream(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<LoadResponse>): Generator<LoadResponseDataFieldEvent>;
}
