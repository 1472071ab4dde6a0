import { decodeMessage, encodeMessage, enumeration, message, streamMessage } from 'protons-runtime';
import { alloc as uint8ArrayAlloc } from 'uint8arrays/alloc';
export var Kind;
(function (Kind) {
    Kind["REQUEST"] = "REQUEST";
    Kind["RESPONSE"] = "RESPONSE";
    Kind["ITEM"] = "ITEM";
    Kind["END"] = "END";
    Kind["ERROR"] = "ERROR";
    Kind["CANCEL"] = "CANCEL";
    Kind["CREDIT"] = "CREDIT";
    Kind["NOTIFY"] = "NOTIFY";
})(Kind || (Kind = {}));
var __KindValues;
(function (__KindValues) {
    __KindValues[__KindValues["REQUEST"] = 0] = "REQUEST";
    __KindValues[__KindValues["RESPONSE"] = 1] = "RESPONSE";
    __KindValues[__KindValues["ITEM"] = 2] = "ITEM";
    __KindValues[__KindValues["END"] = 3] = "END";
    __KindValues[__KindValues["ERROR"] = 4] = "ERROR";
    __KindValues[__KindValues["CANCEL"] = 5] = "CANCEL";
    __KindValues[__KindValues["CREDIT"] = 6] = "CREDIT";
    __KindValues[__KindValues["NOTIFY"] = 7] = "NOTIFY";
})(__KindValues || (__KindValues = {}));
(function (Kind) {
    Kind.codec = () => {
        return enumeration(__KindValues);
    };
})(Kind || (Kind = {}));
export var ErrorCode;
(function (ErrorCode) {
    ErrorCode["NONE"] = "NONE";
    ErrorCode["FAILED"] = "FAILED";
    ErrorCode["REFUSED"] = "REFUSED";
    ErrorCode["TOO_LARGE"] = "TOO_LARGE";
    ErrorCode["MALFORMED"] = "MALFORMED";
    ErrorCode["TIMEOUT"] = "TIMEOUT";
    ErrorCode["IS_STREAM"] = "IS_STREAM";
})(ErrorCode || (ErrorCode = {}));
var __ErrorCodeValues;
(function (__ErrorCodeValues) {
    __ErrorCodeValues[__ErrorCodeValues["NONE"] = 0] = "NONE";
    __ErrorCodeValues[__ErrorCodeValues["FAILED"] = 1] = "FAILED";
    __ErrorCodeValues[__ErrorCodeValues["REFUSED"] = 2] = "REFUSED";
    __ErrorCodeValues[__ErrorCodeValues["TOO_LARGE"] = 3] = "TOO_LARGE";
    __ErrorCodeValues[__ErrorCodeValues["MALFORMED"] = 4] = "MALFORMED";
    __ErrorCodeValues[__ErrorCodeValues["TIMEOUT"] = 5] = "TIMEOUT";
    __ErrorCodeValues[__ErrorCodeValues["IS_STREAM"] = 6] = "IS_STREAM";
})(__ErrorCodeValues || (__ErrorCodeValues = {}));
(function (ErrorCode) {
    ErrorCode.codec = () => {
        return enumeration(__ErrorCodeValues);
    };
})(ErrorCode || (ErrorCode = {}));
export var Frame;
(function (Frame) {
    let _codec;
    Frame.codec = () => {
        if (_codec == null) {
            _codec = message((obj, w, opts = {}) => {
                if (opts.lengthDelimited !== false) {
                    w.fork();
                }
                if (obj.kind != null && __KindValues[obj.kind] !== 0) {
                    w.uint32(8);
                    Kind.codec().encode(obj.kind, w);
                }
                if ((obj.id != null && obj.id !== 0)) {
                    w.uint32(16);
                    w.uint32(obj.id);
                }
                if ((obj.credit != null && obj.credit !== 0)) {
                    w.uint32(24);
                    w.uint32(obj.credit);
                }
                if (obj.error != null && __ErrorCodeValues[obj.error] !== 0) {
                    w.uint32(32);
                    ErrorCode.codec().encode(obj.error, w);
                }
                if ((obj.payload != null && obj.payload.byteLength > 0)) {
                    w.uint32(42);
                    w.bytes(obj.payload);
                }
                if (opts.lengthDelimited !== false) {
                    w.ldelim();
                }
            }, (reader, length, opts = {}) => {
                const obj = {
                    kind: Kind.REQUEST,
                    id: 0,
                    credit: 0,
                    error: ErrorCode.NONE,
                    payload: uint8ArrayAlloc(0)
                };
                const end = length == null ? reader.len : reader.pos + length;
                while (reader.pos < end) {
                    const tag = reader.uint32();
                    switch (tag >>> 3) {
                        case 1: {
                            obj.kind = Kind.codec().decode(reader);
                            break;
                        }
                        case 2: {
                            obj.id = reader.uint32();
                            break;
                        }
                        case 3: {
                            obj.credit = reader.uint32();
                            break;
                        }
                        case 4: {
                            obj.error = ErrorCode.codec().decode(reader);
                            break;
                        }
                        case 5: {
                            obj.payload = reader.bytes();
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
                                field: `${prefix}.kind`,
                                value: Kind.codec().decode(reader)
                            };
                            break;
                        }
                        case 2: {
                            yield {
                                field: `${prefix}.id`,
                                value: reader.uint32()
                            };
                            break;
                        }
                        case 3: {
                            yield {
                                field: `${prefix}.credit`,
                                value: reader.uint32()
                            };
                            break;
                        }
                        case 4: {
                            yield {
                                field: `${prefix}.error`,
                                value: ErrorCode.codec().decode(reader)
                            };
                            break;
                        }
                        case 5: {
                            yield {
                                field: `${prefix}.payload`,
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
        return encodeMessage(obj, Frame.codec());
    }
    Frame.encode = encode;
    function decode(buf, opts) {
        return decodeMessage(buf, Frame.codec(), opts);
    }
    Frame.decode = decode;
    function stream(buf, opts) {
        return streamMessage(buf, Frame.codec(), opts);
    }
    Frame.stream = stream;
})(Frame || (Frame = {}));
