import { decodeMessage, encodeMessage, enumeration, MaxLengthError, message, streamMessage } from 'protons-runtime';
import { alloc as uint8ArrayAlloc } from 'uint8arrays/alloc';
export var Entry;
(function (Entry) {
    let _codec;
    Entry.codec = () => {
        if (_codec == null) {
            _codec = message((obj, w, opts = {}) => {
                if (opts.lengthDelimited !== false) {
                    w.fork();
                }
                if ((obj.entry != null && obj.entry.byteLength > 0)) {
                    w.uint32(10);
                    w.bytes(obj.entry);
                }
                if (obj.stamp != null) {
                    w.uint32(18);
                    Stamp.codec().encode(obj.stamp, w);
                }
                if (opts.lengthDelimited !== false) {
                    w.ldelim();
                }
            }, (reader, length, opts = {}) => {
                const obj = {
                    entry: uint8ArrayAlloc(0)
                };
                const end = length == null ? reader.len : reader.pos + length;
                while (reader.pos < end) {
                    const tag = reader.uint32();
                    switch (tag >>> 3) {
                        case 1: {
                            obj.entry = reader.bytes();
                            break;
                        }
                        case 2: {
                            obj.stamp = Stamp.codec().decode(reader, reader.uint32(), {
                                limits: opts.limits?.stamp
                            });
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
                                field: `${prefix}.entry`,
                                value: reader.bytes()
                            };
                            break;
                        }
                        case 2: {
                            yield* Stamp.codec().stream(reader, reader.uint32(), `${prefix}.stamp`, {
                                limits: opts.limits?.stamp
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
        return encodeMessage(obj, Entry.codec());
    }
    Entry.encode = encode;
    function decode(buf, opts) {
        return decodeMessage(buf, Entry.codec(), opts);
    }
    Entry.decode = decode;
    function stream(buf, opts) {
        return streamMessage(buf, Entry.codec(), opts);
    }
    Entry.stream = stream;
})(Entry || (Entry = {}));
export var Stamp;
(function (Stamp) {
    let _codec;
    Stamp.codec = () => {
        if (_codec == null) {
            _codec = message((obj, w, opts = {}) => {
                if (opts.lengthDelimited !== false) {
                    w.fork();
                }
                if ((obj.sizeClass != null && obj.sizeClass !== 0)) {
                    w.uint32(8);
                    w.uint32(obj.sizeClass);
                }
                if ((obj.fromMs != null && obj.fromMs !== 0)) {
                    w.uint32(16);
                    w.uint64Number(obj.fromMs);
                }
                if ((obj.untilMs != null && obj.untilMs !== 0)) {
                    w.uint32(24);
                    w.uint64Number(obj.untilMs);
                }
                if ((obj.nonce != null && obj.nonce.byteLength > 0)) {
                    w.uint32(34);
                    w.bytes(obj.nonce);
                }
                if (opts.lengthDelimited !== false) {
                    w.ldelim();
                }
            }, (reader, length, opts = {}) => {
                const obj = {
                    sizeClass: 0,
                    fromMs: 0,
                    untilMs: 0,
                    nonce: uint8ArrayAlloc(0)
                };
                const end = length == null ? reader.len : reader.pos + length;
                while (reader.pos < end) {
                    const tag = reader.uint32();
                    switch (tag >>> 3) {
                        case 1: {
                            obj.sizeClass = reader.uint32();
                            break;
                        }
                        case 2: {
                            obj.fromMs = reader.uint64Number();
                            break;
                        }
                        case 3: {
                            obj.untilMs = reader.uint64Number();
                            break;
                        }
                        case 4: {
                            obj.nonce = reader.bytes();
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
                                field: `${prefix}.sizeClass`,
                                value: reader.uint32()
                            };
                            break;
                        }
                        case 2: {
                            yield {
                                field: `${prefix}.fromMs`,
                                value: reader.uint64Number()
                            };
                            break;
                        }
                        case 3: {
                            yield {
                                field: `${prefix}.untilMs`,
                                value: reader.uint64Number()
                            };
                            break;
                        }
                        case 4: {
                            yield {
                                field: `${prefix}.nonce`,
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
        return encodeMessage(obj, Stamp.codec());
    }
    Stamp.encode = encode;
    function decode(buf, opts) {
        return decodeMessage(buf, Stamp.codec(), opts);
    }
    Stamp.decode = decode;
    function stream(buf, opts) {
        return streamMessage(buf, Stamp.codec(), opts);
    }
    Stamp.stream = stream;
})(Stamp || (Stamp = {}));
export var SyncMessage;
(function (SyncMessage) {
    let _codec;
    SyncMessage.codec = () => {
        if (_codec == null) {
            _codec = message((obj, w, opts = {}) => {
                if (opts.lengthDelimited !== false) {
                    w.fork();
                }
                obj = { ...obj };
                if (obj.end != null) {
                    obj.entries = undefined;
                    obj.want = undefined;
                    obj.offer = undefined;
                    obj.reconcile = undefined;
                    obj.hello = undefined;
                }
                if (obj.entries != null) {
                    obj.end = undefined;
                    obj.want = undefined;
                    obj.offer = undefined;
                    obj.reconcile = undefined;
                    obj.hello = undefined;
                }
                if (obj.want != null) {
                    obj.end = undefined;
                    obj.entries = undefined;
                    obj.offer = undefined;
                    obj.reconcile = undefined;
                    obj.hello = undefined;
                }
                if (obj.offer != null) {
                    obj.end = undefined;
                    obj.entries = undefined;
                    obj.want = undefined;
                    obj.reconcile = undefined;
                    obj.hello = undefined;
                }
                if (obj.reconcile != null) {
                    obj.end = undefined;
                    obj.entries = undefined;
                    obj.want = undefined;
                    obj.offer = undefined;
                    obj.hello = undefined;
                }
                if (obj.hello != null) {
                    obj.end = undefined;
                    obj.entries = undefined;
                    obj.want = undefined;
                    obj.offer = undefined;
                    obj.reconcile = undefined;
                }
                if (obj.hello != null) {
                    w.uint32(10);
                    Hello.codec().encode(obj.hello, w);
                }
                if (obj.reconcile != null) {
                    w.uint32(18);
                    w.bytes(obj.reconcile);
                }
                if (obj.offer != null) {
                    w.uint32(26);
                    w.bytes(obj.offer);
                }
                if (obj.want != null) {
                    w.uint32(34);
                    w.bytes(obj.want);
                }
                if (obj.entries != null) {
                    w.uint32(42);
                    Entries.codec().encode(obj.entries, w);
                }
                if (obj.end != null) {
                    w.uint32(50);
                    End.codec().encode(obj.end, w);
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
                            obj.hello = Hello.codec().decode(reader, reader.uint32(), {
                                limits: opts.limits?.hello
                            });
                            break;
                        }
                        case 2: {
                            obj.reconcile = reader.bytes();
                            break;
                        }
                        case 3: {
                            obj.offer = reader.bytes();
                            break;
                        }
                        case 4: {
                            obj.want = reader.bytes();
                            break;
                        }
                        case 5: {
                            obj.entries = Entries.codec().decode(reader, reader.uint32(), {
                                limits: opts.limits?.entries
                            });
                            break;
                        }
                        case 6: {
                            obj.end = End.codec().decode(reader, reader.uint32(), {
                                limits: opts.limits?.end
                            });
                            break;
                        }
                        default: {
                            reader.skipType(tag & 7);
                            break;
                        }
                    }
                }
                if (obj.end != null) {
                    delete obj.entries;
                    delete obj.want;
                    delete obj.offer;
                    delete obj.reconcile;
                    delete obj.hello;
                }
                if (obj.entries != null) {
                    delete obj.end;
                    delete obj.want;
                    delete obj.offer;
                    delete obj.reconcile;
                    delete obj.hello;
                }
                if (obj.want != null) {
                    delete obj.end;
                    delete obj.entries;
                    delete obj.offer;
                    delete obj.reconcile;
                    delete obj.hello;
                }
                if (obj.offer != null) {
                    delete obj.end;
                    delete obj.entries;
                    delete obj.want;
                    delete obj.reconcile;
                    delete obj.hello;
                }
                if (obj.reconcile != null) {
                    delete obj.end;
                    delete obj.entries;
                    delete obj.want;
                    delete obj.offer;
                    delete obj.hello;
                }
                if (obj.hello != null) {
                    delete obj.end;
                    delete obj.entries;
                    delete obj.want;
                    delete obj.offer;
                    delete obj.reconcile;
                }
                return obj;
            }, function* (reader, length, prefix, opts = {}) {
                const end = length == null ? reader.len : reader.pos + length;
                while (reader.pos < end) {
                    const tag = reader.uint32();
                    switch (tag >>> 3) {
                        case 1: {
                            yield* Hello.codec().stream(reader, reader.uint32(), `${prefix}.hello`, {
                                limits: opts.limits?.hello
                            });
                            break;
                        }
                        case 2: {
                            yield {
                                field: `${prefix}.reconcile`,
                                value: reader.bytes()
                            };
                            break;
                        }
                        case 3: {
                            yield {
                                field: `${prefix}.offer`,
                                value: reader.bytes()
                            };
                            break;
                        }
                        case 4: {
                            yield {
                                field: `${prefix}.want`,
                                value: reader.bytes()
                            };
                            break;
                        }
                        case 5: {
                            yield* Entries.codec().stream(reader, reader.uint32(), `${prefix}.entries`, {
                                limits: opts.limits?.entries
                            });
                            break;
                        }
                        case 6: {
                            yield* End.codec().stream(reader, reader.uint32(), `${prefix}.end`, {
                                limits: opts.limits?.end
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
        return encodeMessage(obj, SyncMessage.codec());
    }
    SyncMessage.encode = encode;
    function decode(buf, opts) {
        return decodeMessage(buf, SyncMessage.codec(), opts);
    }
    SyncMessage.decode = decode;
    function stream(buf, opts) {
        return streamMessage(buf, SyncMessage.codec(), opts);
    }
    SyncMessage.stream = stream;
})(SyncMessage || (SyncMessage = {}));
export var Hello;
(function (Hello) {
    let _codec;
    Hello.codec = () => {
        if (_codec == null) {
            _codec = message((obj, w, opts = {}) => {
                if (opts.lengthDelimited !== false) {
                    w.fork();
                }
                if ((obj.nowMs != null && obj.nowMs !== 0)) {
                    w.uint32(8);
                    w.uint64Number(obj.nowMs);
                }
                if ((obj.entries != null && obj.entries !== 0)) {
                    w.uint32(16);
                    w.uint64Number(obj.entries);
                }
                if (obj.priceRank != null) {
                    w.uint32(24);
                    w.sint32(obj.priceRank);
                }
                if (opts.lengthDelimited !== false) {
                    w.ldelim();
                }
            }, (reader, length, opts = {}) => {
                const obj = {
                    nowMs: 0,
                    entries: 0
                };
                const end = length == null ? reader.len : reader.pos + length;
                while (reader.pos < end) {
                    const tag = reader.uint32();
                    switch (tag >>> 3) {
                        case 1: {
                            obj.nowMs = reader.uint64Number();
                            break;
                        }
                        case 2: {
                            obj.entries = reader.uint64Number();
                            break;
                        }
                        case 3: {
                            obj.priceRank = reader.sint32();
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
                                field: `${prefix}.nowMs`,
                                value: reader.uint64Number()
                            };
                            break;
                        }
                        case 2: {
                            yield {
                                field: `${prefix}.entries`,
                                value: reader.uint64Number()
                            };
                            break;
                        }
                        case 3: {
                            yield {
                                field: `${prefix}.priceRank`,
                                value: reader.sint32()
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
        return encodeMessage(obj, Hello.codec());
    }
    Hello.encode = encode;
    function decode(buf, opts) {
        return decodeMessage(buf, Hello.codec(), opts);
    }
    Hello.decode = decode;
    function stream(buf, opts) {
        return streamMessage(buf, Hello.codec(), opts);
    }
    Hello.stream = stream;
})(Hello || (Hello = {}));
export var Entries;
(function (Entries) {
    let _codec;
    Entries.codec = () => {
        if (_codec == null) {
            _codec = message((obj, w, opts = {}) => {
                if (opts.lengthDelimited !== false) {
                    w.fork();
                }
                if (obj.entries != null && obj.entries.length > 0) {
                    for (const value of obj.entries) {
                        w.uint32(10);
                        Entry.codec().encode(value, w);
                    }
                }
                if (opts.lengthDelimited !== false) {
                    w.ldelim();
                }
            }, (reader, length, opts = {}) => {
                const obj = {
                    entries: []
                };
                const end = length == null ? reader.len : reader.pos + length;
                while (reader.pos < end) {
                    const tag = reader.uint32();
                    switch (tag >>> 3) {
                        case 1: {
                            if (opts.limits?.entries != null && obj.entries.length === opts.limits.entries) {
                                throw new MaxLengthError('Decode error - repeated field "entries" had too many elements');
                            }
                            obj.entries.push(Entry.codec().decode(reader, reader.uint32(), {
                                limits: opts.limits?.entries$
                            }));
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
                const obj = {
                    entries: 0
                };
                const end = length == null ? reader.len : reader.pos + length;
                while (reader.pos < end) {
                    const tag = reader.uint32();
                    switch (tag >>> 3) {
                        case 1: {
                            if (opts.limits?.entries != null && obj.entries === opts.limits.entries) {
                                throw new MaxLengthError('Streaming decode error - repeated field "entries" had too many elements');
                            }
                            for (const evt of Entry.codec().stream(reader, reader.uint32(), `${prefix}.entries[]`, {
                                limits: opts.limits?.entries$
                            })) {
                                yield {
                                    ...evt,
                                    index: obj.entries
                                };
                            }
                            obj.entries++;
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
        return encodeMessage(obj, Entries.codec());
    }
    Entries.encode = encode;
    function decode(buf, opts) {
        return decodeMessage(buf, Entries.codec(), opts);
    }
    Entries.decode = decode;
    function stream(buf, opts) {
        return streamMessage(buf, Entries.codec(), opts);
    }
    Entries.stream = stream;
})(Entries || (Entries = {}));
export var EndCode;
(function (EndCode) {
    EndCode["DONE"] = "DONE";
    EndCode["BUSY"] = "BUSY";
    EndCode["NOT_READY"] = "NOT_READY";
    EndCode["LIMIT"] = "LIMIT";
    EndCode["TIME"] = "TIME";
    EndCode["BAD_MESSAGE"] = "BAD_MESSAGE";
})(EndCode || (EndCode = {}));
var __EndCodeValues;
(function (__EndCodeValues) {
    __EndCodeValues[__EndCodeValues["DONE"] = 0] = "DONE";
    __EndCodeValues[__EndCodeValues["BUSY"] = 1] = "BUSY";
    __EndCodeValues[__EndCodeValues["NOT_READY"] = 2] = "NOT_READY";
    __EndCodeValues[__EndCodeValues["LIMIT"] = 3] = "LIMIT";
    __EndCodeValues[__EndCodeValues["TIME"] = 4] = "TIME";
    __EndCodeValues[__EndCodeValues["BAD_MESSAGE"] = 5] = "BAD_MESSAGE";
})(__EndCodeValues || (__EndCodeValues = {}));
(function (EndCode) {
    EndCode.codec = () => {
        return enumeration(__EndCodeValues);
    };
})(EndCode || (EndCode = {}));
export var End;
(function (End) {
    let _codec;
    End.codec = () => {
        if (_codec == null) {
            _codec = message((obj, w, opts = {}) => {
                if (opts.lengthDelimited !== false) {
                    w.fork();
                }
                if (obj.code != null && __EndCodeValues[obj.code] !== 0) {
                    w.uint32(8);
                    EndCode.codec().encode(obj.code, w);
                }
                if (opts.lengthDelimited !== false) {
                    w.ldelim();
                }
            }, (reader, length, opts = {}) => {
                const obj = {
                    code: EndCode.DONE
                };
                const end = length == null ? reader.len : reader.pos + length;
                while (reader.pos < end) {
                    const tag = reader.uint32();
                    switch (tag >>> 3) {
                        case 1: {
                            obj.code = EndCode.codec().decode(reader);
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
                                field: `${prefix}.code`,
                                value: EndCode.codec().decode(reader)
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
        return encodeMessage(obj, End.codec());
    }
    End.encode = encode;
    function decode(buf, opts) {
        return decodeMessage(buf, End.codec(), opts);
    }
    End.decode = decode;
    function stream(buf, opts) {
        return streamMessage(buf, End.codec(), opts);
    }
    End.stream = stream;
})(End || (End = {}));
