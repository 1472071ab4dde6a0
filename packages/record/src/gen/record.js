import { decodeMessage, encodeMessage, message, streamMessage } from 'protons-runtime';
import { alloc as uint8ArrayAlloc } from 'uint8arrays/alloc';
export var RecordEnvelope;
(function (RecordEnvelope) {
    let _codec;
    RecordEnvelope.codec = () => {
        if (_codec == null) {
            _codec = message((obj, w, opts = {}) => {
                if (opts.lengthDelimited !== false) {
                    w.fork();
                }
                if ((obj.publicKey != null && obj.publicKey.byteLength > 0)) {
                    w.uint32(10);
                    w.bytes(obj.publicKey);
                }
                if ((obj.payloadType != null && obj.payloadType.byteLength > 0)) {
                    w.uint32(18);
                    w.bytes(obj.payloadType);
                }
                if ((obj.payload != null && obj.payload.byteLength > 0)) {
                    w.uint32(26);
                    w.bytes(obj.payload);
                }
                if ((obj.signature != null && obj.signature.byteLength > 0)) {
                    w.uint32(42);
                    w.bytes(obj.signature);
                }
                if (opts.lengthDelimited !== false) {
                    w.ldelim();
                }
            }, (reader, length, opts = {}) => {
                const obj = {
                    publicKey: uint8ArrayAlloc(0),
                    payloadType: uint8ArrayAlloc(0),
                    payload: uint8ArrayAlloc(0),
                    signature: uint8ArrayAlloc(0)
                };
                const end = length == null ? reader.len : reader.pos + length;
                while (reader.pos < end) {
                    const tag = reader.uint32();
                    switch (tag >>> 3) {
                        case 1: {
                            obj.publicKey = reader.bytes();
                            break;
                        }
                        case 2: {
                            obj.payloadType = reader.bytes();
                            break;
                        }
                        case 3: {
                            obj.payload = reader.bytes();
                            break;
                        }
                        case 5: {
                            obj.signature = reader.bytes();
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
                                field: `${prefix}.publicKey`,
                                value: reader.bytes()
                            };
                            break;
                        }
                        case 2: {
                            yield {
                                field: `${prefix}.payloadType`,
                                value: reader.bytes()
                            };
                            break;
                        }
                        case 3: {
                            yield {
                                field: `${prefix}.payload`,
                                value: reader.bytes()
                            };
                            break;
                        }
                        case 5: {
                            yield {
                                field: `${prefix}.signature`,
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
        return encodeMessage(obj, RecordEnvelope.codec());
    }
    RecordEnvelope.encode = encode;
    function decode(buf, opts) {
        return decodeMessage(buf, RecordEnvelope.codec(), opts);
    }
    RecordEnvelope.decode = decode;
    function stream(buf, opts) {
        return streamMessage(buf, RecordEnvelope.codec(), opts);
    }
    RecordEnvelope.stream = stream;
})(RecordEnvelope || (RecordEnvelope = {}));
export var Record;
(function (Record) {
    let _codec;
    Record.codec = () => {
        if (_codec == null) {
            _codec = message((obj, w, opts = {}) => {
                if (opts.lengthDelimited !== false) {
                    w.fork();
                }
                obj = { ...obj };
                if (obj.removed != null) {
                    obj.body = undefined;
                }
                if (obj.body != null) {
                    obj.removed = undefined;
                }
                if ((obj.space != null && obj.space !== '')) {
                    w.uint32(10);
                    w.string(obj.space);
                }
                if ((obj.name != null && obj.name.byteLength > 0)) {
                    w.uint32(18);
                    w.bytes(obj.name);
                }
                if ((obj.seq != null && obj.seq !== 0n)) {
                    w.uint32(24);
                    w.uint64(obj.seq);
                }
                if ((obj.createdMs != null && obj.createdMs !== 0n)) {
                    w.uint32(32);
                    w.uint64(obj.createdMs);
                }
                if ((obj.expiresMs != null && obj.expiresMs !== 0n)) {
                    w.uint32(40);
                    w.uint64(obj.expiresMs);
                }
                if ((obj.holdsMs != null && obj.holdsMs !== 0n)) {
                    w.uint32(48);
                    w.uint64(obj.holdsMs);
                }
                if (obj.body != null) {
                    w.uint32(58);
                    w.bytes(obj.body);
                }
                if (obj.removed != null) {
                    w.uint32(64);
                    w.bool(obj.removed);
                }
                if (opts.lengthDelimited !== false) {
                    w.ldelim();
                }
            }, (reader, length, opts = {}) => {
                const obj = {
                    space: '',
                    name: uint8ArrayAlloc(0),
                    seq: 0n,
                    createdMs: 0n,
                    expiresMs: 0n,
                    holdsMs: 0n
                };
                const end = length == null ? reader.len : reader.pos + length;
                while (reader.pos < end) {
                    const tag = reader.uint32();
                    switch (tag >>> 3) {
                        case 1: {
                            obj.space = reader.string();
                            break;
                        }
                        case 2: {
                            obj.name = reader.bytes();
                            break;
                        }
                        case 3: {
                            obj.seq = reader.uint64();
                            break;
                        }
                        case 4: {
                            obj.createdMs = reader.uint64();
                            break;
                        }
                        case 5: {
                            obj.expiresMs = reader.uint64();
                            break;
                        }
                        case 6: {
                            obj.holdsMs = reader.uint64();
                            break;
                        }
                        case 7: {
                            obj.body = reader.bytes();
                            break;
                        }
                        case 8: {
                            obj.removed = reader.bool();
                            break;
                        }
                        default: {
                            reader.skipType(tag & 7);
                            break;
                        }
                    }
                }
                if (obj.removed != null) {
                    delete obj.body;
                }
                if (obj.body != null) {
                    delete obj.removed;
                }
                return obj;
            }, function* (reader, length, prefix, opts = {}) {
                const end = length == null ? reader.len : reader.pos + length;
                while (reader.pos < end) {
                    const tag = reader.uint32();
                    switch (tag >>> 3) {
                        case 1: {
                            yield {
                                field: `${prefix}.space`,
                                value: reader.string()
                            };
                            break;
                        }
                        case 2: {
                            yield {
                                field: `${prefix}.name`,
                                value: reader.bytes()
                            };
                            break;
                        }
                        case 3: {
                            yield {
                                field: `${prefix}.seq`,
                                value: reader.uint64()
                            };
                            break;
                        }
                        case 4: {
                            yield {
                                field: `${prefix}.createdMs`,
                                value: reader.uint64()
                            };
                            break;
                        }
                        case 5: {
                            yield {
                                field: `${prefix}.expiresMs`,
                                value: reader.uint64()
                            };
                            break;
                        }
                        case 6: {
                            yield {
                                field: `${prefix}.holdsMs`,
                                value: reader.uint64()
                            };
                            break;
                        }
                        case 7: {
                            yield {
                                field: `${prefix}.body`,
                                value: reader.bytes()
                            };
                            break;
                        }
                        case 8: {
                            yield {
                                field: `${prefix}.removed`,
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
        return encodeMessage(obj, Record.codec());
    }
    Record.encode = encode;
    function decode(buf, opts) {
        return decodeMessage(buf, Record.codec(), opts);
    }
    Record.decode = decode;
    function stream(buf, opts) {
        return streamMessage(buf, Record.codec(), opts);
    }
    Record.stream = stream;
})(Record || (Record = {}));
