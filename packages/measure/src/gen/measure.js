/* eslint-disable require-yield */
import { decodeMessage, encodeMessage, message, streamMessage } from 'protons-runtime';
import { alloc as uint8ArrayAlloc } from 'uint8arrays/alloc';
export var Probe;
(function (Probe) {
    let _codec;
    Probe.codec = () => {
        if (_codec == null) {
            _codec = message((obj, w, opts = {}) => {
                if (opts.lengthDelimited !== false) {
                    w.fork();
                }
                if ((obj.run != null && obj.run.byteLength > 0)) {
                    w.uint32(10);
                    w.bytes(obj.run);
                }
                if ((obj.seq != null && obj.seq !== 0)) {
                    w.uint32(16);
                    w.uint32(obj.seq);
                }
                if ((obj.count != null && obj.count !== 0)) {
                    w.uint32(24);
                    w.uint32(obj.count);
                }
                if ((obj.intervalMs != null && obj.intervalMs !== 0)) {
                    w.uint32(32);
                    w.uint32(obj.intervalMs);
                }
                if ((obj.answerMs != null && obj.answerMs !== 0)) {
                    w.uint32(40);
                    w.uint32(obj.answerMs);
                }
                if ((obj.share != null && obj.share !== 0)) {
                    w.uint32(48);
                    w.uint32(obj.share);
                }
                if ((obj.padding != null && obj.padding.byteLength > 0)) {
                    w.uint32(58);
                    w.bytes(obj.padding);
                }
                if (opts.lengthDelimited !== false) {
                    w.ldelim();
                }
            }, (reader, length, opts = {}) => {
                const obj = {
                    run: uint8ArrayAlloc(0),
                    seq: 0,
                    count: 0,
                    intervalMs: 0,
                    answerMs: 0,
                    share: 0,
                    padding: uint8ArrayAlloc(0)
                };
                const end = length == null ? reader.len : reader.pos + length;
                while (reader.pos < end) {
                    const tag = reader.uint32();
                    switch (tag >>> 3) {
                        case 1: {
                            obj.run = reader.bytes();
                            break;
                        }
                        case 2: {
                            obj.seq = reader.uint32();
                            break;
                        }
                        case 3: {
                            obj.count = reader.uint32();
                            break;
                        }
                        case 4: {
                            obj.intervalMs = reader.uint32();
                            break;
                        }
                        case 5: {
                            obj.answerMs = reader.uint32();
                            break;
                        }
                        case 6: {
                            obj.share = reader.uint32();
                            break;
                        }
                        case 7: {
                            obj.padding = reader.bytes();
                            break;
                        }
                        default: {
                            reader.skipType(tag & 7);
                            break;
                        }
                    }
                }
                return obj;
            }, function* (reader, length, prefix, opts = {}) {
                const end = length == null ? reader.len : reader.pos + length;
                while (reader.pos < end) {
                    const tag = reader.uint32();
                    switch (tag >>> 3) {
                        case 1: {
                            yield {
                                field: `${prefix}.run`,
                                value: reader.bytes()
                            };
                            break;
                        }
                        case 2: {
                            yield {
                                field: `${prefix}.seq`,
                                value: reader.uint32()
                            };
                            break;
                        }
                        case 3: {
                            yield {
                                field: `${prefix}.count`,
                                value: reader.uint32()
                            };
                            break;
                        }
                        case 4: {
                            yield {
                                field: `${prefix}.intervalMs`,
                                value: reader.uint32()
                            };
                            break;
                        }
                        case 5: {
                            yield {
                                field: `${prefix}.answerMs`,
                                value: reader.uint32()
                            };
                            break;
                        }
                        case 6: {
                            yield {
                                field: `${prefix}.share`,
                                value: reader.uint32()
                            };
                            break;
                        }
                        case 7: {
                            yield {
                                field: `${prefix}.padding`,
                                value: reader.bytes()
                            };
                            break;
                        }
                        default: {
                            reader.skipType(tag & 7);
                            break;
                        }
                    }
                }
            });
        }
        return _codec;
    };
    function encode(obj) {
        return encodeMessage(obj, Probe.codec());
    }
    Probe.encode = encode;
    function decode(buf, opts) {
        return decodeMessage(buf, Probe.codec(), opts);
    }
    Probe.decode = decode;
    function stream(buf, opts) {
        return streamMessage(buf, Probe.codec(), opts);
    }
    Probe.stream = stream;
})(Probe || (Probe = {}));
export var MeasureRequest;
(function (MeasureRequest) {
    let _codec;
    MeasureRequest.codec = () => {
        if (_codec == null) {
            _codec = message((obj, w, opts = {}) => {
                if (opts.lengthDelimited !== false) {
                    w.fork();
                }
                obj = { ...obj };
                if (obj.answer != null) {
                    obj.clock = undefined;
                }
                if (obj.clock != null) {
                    obj.answer = undefined;
                }
                if (obj.clock != null) {
                    w.uint32(10);
                    ClockRequest.codec().encode(obj.clock, w);
                }
                if (obj.answer != null) {
                    w.uint32(18);
                    Answer.codec().encode(obj.answer, w);
                }
                if (opts.lengthDelimited !== false) {
                    w.ldelim();
                }
            }, (reader, length, opts = {}) => {
                const obj = {};
                const end = length == null ? reader.len : reader.pos + length;
                while (reader.pos < end) {
                    const tag = reader.uint32();
                    switch (tag >>> 3) {
                        case 1: {
                            obj.clock = ClockRequest.codec().decode(reader, reader.uint32(), {
                                limits: opts.limits?.clock
                            });
                            break;
                        }
                        case 2: {
                            obj.answer = Answer.codec().decode(reader, reader.uint32(), {
                                limits: opts.limits?.answer
                            });
                            break;
                        }
                        default: {
                            reader.skipType(tag & 7);
                            break;
                        }
                    }
                }
                if (obj.answer != null) {
                    delete obj.clock;
                }
                if (obj.clock != null) {
                    delete obj.answer;
                }
                return obj;
            }, function* (reader, length, prefix, opts = {}) {
                const end = length == null ? reader.len : reader.pos + length;
                while (reader.pos < end) {
                    const tag = reader.uint32();
                    switch (tag >>> 3) {
                        case 1: {
                            yield* ClockRequest.codec().stream(reader, reader.uint32(), `${prefix}.clock`, {
                                limits: opts.limits?.clock
                            });
                            break;
                        }
                        case 2: {
                            yield* Answer.codec().stream(reader, reader.uint32(), `${prefix}.answer`, {
                                limits: opts.limits?.answer
                            });
                            break;
                        }
                        default: {
                            reader.skipType(tag & 7);
                            break;
                        }
                    }
                }
            });
        }
        return _codec;
    };
    function encode(obj) {
        return encodeMessage(obj, MeasureRequest.codec());
    }
    MeasureRequest.encode = encode;
    function decode(buf, opts) {
        return decodeMessage(buf, MeasureRequest.codec(), opts);
    }
    MeasureRequest.decode = decode;
    function stream(buf, opts) {
        return streamMessage(buf, MeasureRequest.codec(), opts);
    }
    MeasureRequest.stream = stream;
})(MeasureRequest || (MeasureRequest = {}));
export var ClockRequest;
(function (ClockRequest) {
    let _codec;
    ClockRequest.codec = () => {
        if (_codec == null) {
            _codec = message((obj, w, opts = {}) => {
                if (opts.lengthDelimited !== false) {
                    w.fork();
                }
                if (opts.lengthDelimited !== false) {
                    w.ldelim();
                }
            }, (reader, length, opts = {}) => {
                const obj = {};
                const end = length == null ? reader.len : reader.pos + length;
                while (reader.pos < end) {
                    const tag = reader.uint32();
                    switch (tag >>> 3) {
                        default: {
                            reader.skipType(tag & 7);
                            break;
                        }
                    }
                }
                return obj;
            }, function* (reader, length, prefix, opts = {}) {
                const end = length == null ? reader.len : reader.pos + length;
                while (reader.pos < end) {
                    const tag = reader.uint32();
                    switch (tag >>> 3) {
                        default: {
                            reader.skipType(tag & 7);
                            break;
                        }
                    }
                }
            });
        }
        return _codec;
    };
    function encode(obj) {
        return encodeMessage(obj, ClockRequest.codec());
    }
    ClockRequest.encode = encode;
    function decode(buf, opts) {
        return decodeMessage(buf, ClockRequest.codec(), opts);
    }
    ClockRequest.decode = decode;
    function stream(buf, opts) {
        return streamMessage(buf, ClockRequest.codec(), opts);
    }
    ClockRequest.stream = stream;
})(ClockRequest || (ClockRequest = {}));
export var Answer;
(function (Answer) {
    let _codec;
    Answer.codec = () => {
        if (_codec == null) {
            _codec = message((obj, w, opts = {}) => {
                if (opts.lengthDelimited !== false) {
                    w.fork();
                }
                if ((obj.run != null && obj.run.byteLength > 0)) {
                    w.uint32(10);
                    w.bytes(obj.run);
                }
                if ((obj.baseUs != null && obj.baseUs !== 0)) {
                    w.uint32(16);
                    w.uint64Number(obj.baseUs);
                }
                if ((obj.afterUs != null && obj.afterUs.byteLength > 0)) {
                    w.uint32(26);
                    w.bytes(obj.afterUs);
                }
                if ((obj.duplicates != null && obj.duplicates !== 0)) {
                    w.uint32(32);
                    w.uint32(obj.duplicates);
                }
                if ((obj.receivedBytes != null && obj.receivedBytes !== 0)) {
                    w.uint32(40);
                    w.uint64Number(obj.receivedBytes);
                }
                if (opts.lengthDelimited !== false) {
                    w.ldelim();
                }
            }, (reader, length, opts = {}) => {
                const obj = {
                    run: uint8ArrayAlloc(0),
                    baseUs: 0,
                    afterUs: uint8ArrayAlloc(0),
                    duplicates: 0,
                    receivedBytes: 0
                };
                const end = length == null ? reader.len : reader.pos + length;
                while (reader.pos < end) {
                    const tag = reader.uint32();
                    switch (tag >>> 3) {
                        case 1: {
                            obj.run = reader.bytes();
                            break;
                        }
                        case 2: {
                            obj.baseUs = reader.uint64Number();
                            break;
                        }
                        case 3: {
                            obj.afterUs = reader.bytes();
                            break;
                        }
                        case 4: {
                            obj.duplicates = reader.uint32();
                            break;
                        }
                        case 5: {
                            obj.receivedBytes = reader.uint64Number();
                            break;
                        }
                        default: {
                            reader.skipType(tag & 7);
                            break;
                        }
                    }
                }
                return obj;
            }, function* (reader, length, prefix, opts = {}) {
                const end = length == null ? reader.len : reader.pos + length;
                while (reader.pos < end) {
                    const tag = reader.uint32();
                    switch (tag >>> 3) {
                        case 1: {
                            yield {
                                field: `${prefix}.run`,
                                value: reader.bytes()
                            };
                            break;
                        }
                        case 2: {
                            yield {
                                field: `${prefix}.baseUs`,
                                value: reader.uint64Number()
                            };
                            break;
                        }
                        case 3: {
                            yield {
                                field: `${prefix}.afterUs`,
                                value: reader.bytes()
                            };
                            break;
                        }
                        case 4: {
                            yield {
                                field: `${prefix}.duplicates`,
                                value: reader.uint32()
                            };
                            break;
                        }
                        case 5: {
                            yield {
                                field: `${prefix}.receivedBytes`,
                                value: reader.uint64Number()
                            };
                            break;
                        }
                        default: {
                            reader.skipType(tag & 7);
                            break;
                        }
                    }
                }
            });
        }
        return _codec;
    };
    function encode(obj) {
        return encodeMessage(obj, Answer.codec());
    }
    Answer.encode = encode;
    function decode(buf, opts) {
        return decodeMessage(buf, Answer.codec(), opts);
    }
    Answer.decode = decode;
    function stream(buf, opts) {
        return streamMessage(buf, Answer.codec(), opts);
    }
    Answer.stream = stream;
})(Answer || (Answer = {}));
export var MeasureResponse;
(function (MeasureResponse) {
    let _codec;
    MeasureResponse.codec = () => {
        if (_codec == null) {
            _codec = message((obj, w, opts = {}) => {
                if (opts.lengthDelimited !== false) {
                    w.fork();
                }
                if (obj.clock != null) {
                    w.uint32(10);
                    ClockTimes.codec().encode(obj.clock, w);
                }
                if ((obj.taken != null && obj.taken !== false)) {
                    w.uint32(16);
                    w.bool(obj.taken);
                }
                if (opts.lengthDelimited !== false) {
                    w.ldelim();
                }
            }, (reader, length, opts = {}) => {
                const obj = {
                    taken: false
                };
                const end = length == null ? reader.len : reader.pos + length;
                while (reader.pos < end) {
                    const tag = reader.uint32();
                    switch (tag >>> 3) {
                        case 1: {
                            obj.clock = ClockTimes.codec().decode(reader, reader.uint32(), {
                                limits: opts.limits?.clock
                            });
                            break;
                        }
                        case 2: {
                            obj.taken = reader.bool();
                            break;
                        }
                        default: {
                            reader.skipType(tag & 7);
                            break;
                        }
                    }
                }
                return obj;
            }, function* (reader, length, prefix, opts = {}) {
                const end = length == null ? reader.len : reader.pos + length;
                while (reader.pos < end) {
                    const tag = reader.uint32();
                    switch (tag >>> 3) {
                        case 1: {
                            yield* ClockTimes.codec().stream(reader, reader.uint32(), `${prefix}.clock`, {
                                limits: opts.limits?.clock
                            });
                            break;
                        }
                        case 2: {
                            yield {
                                field: `${prefix}.taken`,
                                value: reader.bool()
                            };
                            break;
                        }
                        default: {
                            reader.skipType(tag & 7);
                            break;
                        }
                    }
                }
            });
        }
        return _codec;
    };
    function encode(obj) {
        return encodeMessage(obj, MeasureResponse.codec());
    }
    MeasureResponse.encode = encode;
    function decode(buf, opts) {
        return decodeMessage(buf, MeasureResponse.codec(), opts);
    }
    MeasureResponse.decode = decode;
    function stream(buf, opts) {
        return streamMessage(buf, MeasureResponse.codec(), opts);
    }
    MeasureResponse.stream = stream;
})(MeasureResponse || (MeasureResponse = {}));
export var ClockTimes;
(function (ClockTimes) {
    let _codec;
    ClockTimes.codec = () => {
        if (_codec == null) {
            _codec = message((obj, w, opts = {}) => {
                if (opts.lengthDelimited !== false) {
                    w.fork();
                }
                if ((obj.receivedUs != null && obj.receivedUs !== 0)) {
                    w.uint32(8);
                    w.uint64Number(obj.receivedUs);
                }
                if ((obj.sentUs != null && obj.sentUs !== 0)) {
                    w.uint32(16);
                    w.uint64Number(obj.sentUs);
                }
                if (opts.lengthDelimited !== false) {
                    w.ldelim();
                }
            }, (reader, length, opts = {}) => {
                const obj = {
                    receivedUs: 0,
                    sentUs: 0
                };
                const end = length == null ? reader.len : reader.pos + length;
                while (reader.pos < end) {
                    const tag = reader.uint32();
                    switch (tag >>> 3) {
                        case 1: {
                            obj.receivedUs = reader.uint64Number();
                            break;
                        }
                        case 2: {
                            obj.sentUs = reader.uint64Number();
                            break;
                        }
                        default: {
                            reader.skipType(tag & 7);
                            break;
                        }
                    }
                }
                return obj;
            }, function* (reader, length, prefix, opts = {}) {
                const end = length == null ? reader.len : reader.pos + length;
                while (reader.pos < end) {
                    const tag = reader.uint32();
                    switch (tag >>> 3) {
                        case 1: {
                            yield {
                                field: `${prefix}.receivedUs`,
                                value: reader.uint64Number()
                            };
                            break;
                        }
                        case 2: {
                            yield {
                                field: `${prefix}.sentUs`,
                                value: reader.uint64Number()
                            };
                            break;
                        }
                        default: {
                            reader.skipType(tag & 7);
                            break;
                        }
                    }
                }
            });
        }
        return _codec;
    };
    function encode(obj) {
        return encodeMessage(obj, ClockTimes.codec());
    }
    ClockTimes.encode = encode;
    function decode(buf, opts) {
        return decodeMessage(buf, ClockTimes.codec(), opts);
    }
    ClockTimes.decode = decode;
    function stream(buf, opts) {
        return streamMessage(buf, ClockTimes.codec(), opts);
    }
    ClockTimes.stream = stream;
})(ClockTimes || (ClockTimes = {}));
export var LoadRequest;
(function (LoadRequest) {
    let _codec;
    LoadRequest.codec = () => {
        if (_codec == null) {
            _codec = message((obj, w, opts = {}) => {
                if (opts.lengthDelimited !== false) {
                    w.fork();
                }
                obj = { ...obj };
                if (obj.give != null) {
                    obj.data = undefined;
                    obj.reserve = undefined;
                }
                if (obj.data != null) {
                    obj.give = undefined;
                    obj.reserve = undefined;
                }
                if (obj.reserve != null) {
                    obj.give = undefined;
                    obj.data = undefined;
                }
                if (obj.reserve != null) {
                    w.uint32(8);
                    w.uint32(obj.reserve);
                }
                if (obj.data != null) {
                    w.uint32(18);
                    w.bytes(obj.data);
                }
                if (obj.give != null) {
                    w.uint32(24);
                    w.uint32(obj.give);
                }
                if (opts.lengthDelimited !== false) {
                    w.ldelim();
                }
            }, (reader, length, opts = {}) => {
                const obj = {};
                const end = length == null ? reader.len : reader.pos + length;
                while (reader.pos < end) {
                    const tag = reader.uint32();
                    switch (tag >>> 3) {
                        case 1: {
                            obj.reserve = reader.uint32();
                            break;
                        }
                        case 2: {
                            obj.data = reader.bytes();
                            break;
                        }
                        case 3: {
                            obj.give = reader.uint32();
                            break;
                        }
                        default: {
                            reader.skipType(tag & 7);
                            break;
                        }
                    }
                }
                if (obj.give != null) {
                    delete obj.data;
                    delete obj.reserve;
                }
                if (obj.data != null) {
                    delete obj.give;
                    delete obj.reserve;
                }
                if (obj.reserve != null) {
                    delete obj.give;
                    delete obj.data;
                }
                return obj;
            }, function* (reader, length, prefix, opts = {}) {
                const end = length == null ? reader.len : reader.pos + length;
                while (reader.pos < end) {
                    const tag = reader.uint32();
                    switch (tag >>> 3) {
                        case 1: {
                            yield {
                                field: `${prefix}.reserve`,
                                value: reader.uint32()
                            };
                            break;
                        }
                        case 2: {
                            yield {
                                field: `${prefix}.data`,
                                value: reader.bytes()
                            };
                            break;
                        }
                        case 3: {
                            yield {
                                field: `${prefix}.give`,
                                value: reader.uint32()
                            };
                            break;
                        }
                        default: {
                            reader.skipType(tag & 7);
                            break;
                        }
                    }
                }
            });
        }
        return _codec;
    };
    function encode(obj) {
        return encodeMessage(obj, LoadRequest.codec());
    }
    LoadRequest.encode = encode;
    function decode(buf, opts) {
        return decodeMessage(buf, LoadRequest.codec(), opts);
    }
    LoadRequest.decode = decode;
    function stream(buf, opts) {
        return streamMessage(buf, LoadRequest.codec(), opts);
    }
    LoadRequest.stream = stream;
})(LoadRequest || (LoadRequest = {}));
export var LoadResponse;
(function (LoadResponse) {
    let _codec;
    LoadResponse.codec = () => {
        if (_codec == null) {
            _codec = message((obj, w, opts = {}) => {
                if (opts.lengthDelimited !== false) {
                    w.fork();
                }
                if ((obj.data != null && obj.data.byteLength > 0)) {
                    w.uint32(10);
                    w.bytes(obj.data);
                }
                if (opts.lengthDelimited !== false) {
                    w.ldelim();
                }
            }, (reader, length, opts = {}) => {
                const obj = {
                    data: uint8ArrayAlloc(0)
                };
                const end = length == null ? reader.len : reader.pos + length;
                while (reader.pos < end) {
                    const tag = reader.uint32();
                    switch (tag >>> 3) {
                        case 1: {
                            obj.data = reader.bytes();
                            break;
                        }
                        default: {
                            reader.skipType(tag & 7);
                            break;
                        }
                    }
                }
                return obj;
            }, function* (reader, length, prefix, opts = {}) {
                const end = length == null ? reader.len : reader.pos + length;
                while (reader.pos < end) {
                    const tag = reader.uint32();
                    switch (tag >>> 3) {
                        case 1: {
                            yield {
                                field: `${prefix}.data`,
                                value: reader.bytes()
                            };
                            break;
                        }
                        default: {
                            reader.skipType(tag & 7);
                            break;
                        }
                    }
                }
            });
        }
        return _codec;
    };
    function encode(obj) {
        return encodeMessage(obj, LoadResponse.codec());
    }
    LoadResponse.encode = encode;
    function decode(buf, opts) {
        return decodeMessage(buf, LoadResponse.codec(), opts);
    }
    LoadResponse.decode = decode;
    function stream(buf, opts) {
        return streamMessage(buf, LoadResponse.codec(), opts);
    }
    LoadResponse.stream = stream;
})(LoadResponse || (LoadResponse = {}));
