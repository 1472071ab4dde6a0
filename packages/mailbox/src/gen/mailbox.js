import { decodeMessage, encodeMessage, enumeration, MaxLengthError, message, streamMessage } from 'protons-runtime';
import { alloc as uint8ArrayAlloc } from 'uint8arrays/alloc';
export var Letter;
(function (Letter) {
    let _codec;
    Letter.codec = () => {
        if (_codec == null) {
            _codec = message((obj, w, opts = {}) => {
                if (opts.lengthDelimited !== false) {
                    w.fork();
                }
                obj = { ...obj };
                if (obj.receipt != null) {
                    obj.sealed = undefined;
                }
                if (obj.sealed != null) {
                    obj.receipt = undefined;
                }
                if (obj.header != null) {
                    w.uint32(10);
                    Header.codec().encode(obj.header, w);
                }
                if (obj.sealed != null) {
                    w.uint32(18);
                    w.bytes(obj.sealed);
                }
                if (obj.receipt != null) {
                    w.uint32(26);
                    w.bytes(obj.receipt);
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
                            obj.header = Header.codec().decode(reader, reader.uint32(), {
                                limits: opts.limits?.header
                            });
                            break;
                        }
                        case 2: {
                            obj.sealed = reader.bytes();
                            break;
                        }
                        case 3: {
                            obj.receipt = reader.bytes();
                            break;
                        }
                        default: {
                            reader.skipType(tag & 7);
                            break;
                        }
                    }
                }
                if (obj.receipt != null) {
                    delete obj.sealed;
                }
                if (obj.sealed != null) {
                    delete obj.receipt;
                }
                return obj;
            }, function* (reader, length, prefix, opts = {}) {
                const end = length == null ? reader.len : reader.pos + length;
                while (reader.pos < end) {
                    const tag = reader.uint32();
                    switch (tag >>> 3) {
                        case 1: {
                            yield* Header.codec().stream(reader, reader.uint32(), `${prefix}.header`, {
                                limits: opts.limits?.header
                            });
                            break;
                        }
                        case 2: {
                            yield {
                                field: `${prefix}.sealed`,
                                value: reader.bytes()
                            };
                            break;
                        }
                        case 3: {
                            yield {
                                field: `${prefix}.receipt`,
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
        return encodeMessage(obj, Letter.codec());
    }
    Letter.encode = encode;
    function decode(buf, opts) {
        return decodeMessage(buf, Letter.codec(), opts);
    }
    Letter.decode = decode;
    function stream(buf, opts) {
        return streamMessage(buf, Letter.codec(), opts);
    }
    Letter.stream = stream;
})(Letter || (Letter = {}));
export var Header;
(function (Header) {
    let _codec;
    Header.codec = () => {
        if (_codec == null) {
            _codec = message((obj, w, opts = {}) => {
                if (opts.lengthDelimited !== false) {
                    w.fork();
                }
                if ((obj.lock != null && obj.lock.byteLength > 0)) {
                    w.uint32(10);
                    w.bytes(obj.lock);
                }
                if ((obj.createdMin != null && obj.createdMin !== 0)) {
                    w.uint32(16);
                    w.uint32(obj.createdMin);
                }
                if ((obj.expiresMin != null && obj.expiresMin !== 0)) {
                    w.uint32(24);
                    w.uint32(obj.expiresMin);
                }
                if ((obj.bucket != null && obj.bucket !== 0)) {
                    w.uint32(32);
                    w.uint32(obj.bucket);
                }
                if ((obj.suite != null && obj.suite !== 0)) {
                    w.uint32(40);
                    w.uint32(obj.suite);
                }
                if ((obj.size != null && obj.size !== 0)) {
                    w.uint32(48);
                    w.uint32(obj.size);
                }
                if ((obj.sealedHash != null && obj.sealedHash.byteLength > 0)) {
                    w.uint32(58);
                    w.bytes(obj.sealedHash);
                }
                if (opts.lengthDelimited !== false) {
                    w.ldelim();
                }
            }, (reader, length, opts = {}) => {
                const obj = {
                    lock: uint8ArrayAlloc(0),
                    createdMin: 0,
                    expiresMin: 0,
                    bucket: 0,
                    suite: 0,
                    size: 0,
                    sealedHash: uint8ArrayAlloc(0)
                };
                const end = length == null ? reader.len : reader.pos + length;
                while (reader.pos < end) {
                    const tag = reader.uint32();
                    switch (tag >>> 3) {
                        case 1: {
                            obj.lock = reader.bytes();
                            break;
                        }
                        case 2: {
                            obj.createdMin = reader.uint32();
                            break;
                        }
                        case 3: {
                            obj.expiresMin = reader.uint32();
                            break;
                        }
                        case 4: {
                            obj.bucket = reader.uint32();
                            break;
                        }
                        case 5: {
                            obj.suite = reader.uint32();
                            break;
                        }
                        case 6: {
                            obj.size = reader.uint32();
                            break;
                        }
                        case 7: {
                            obj.sealedHash = reader.bytes();
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
                                field: `${prefix}.lock`,
                                value: reader.bytes()
                            };
                            break;
                        }
                        case 2: {
                            yield {
                                field: `${prefix}.createdMin`,
                                value: reader.uint32()
                            };
                            break;
                        }
                        case 3: {
                            yield {
                                field: `${prefix}.expiresMin`,
                                value: reader.uint32()
                            };
                            break;
                        }
                        case 4: {
                            yield {
                                field: `${prefix}.bucket`,
                                value: reader.uint32()
                            };
                            break;
                        }
                        case 5: {
                            yield {
                                field: `${prefix}.suite`,
                                value: reader.uint32()
                            };
                            break;
                        }
                        case 6: {
                            yield {
                                field: `${prefix}.size`,
                                value: reader.uint32()
                            };
                            break;
                        }
                        case 7: {
                            yield {
                                field: `${prefix}.sealedHash`,
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
        return encodeMessage(obj, Header.codec());
    }
    Header.encode = encode;
    function decode(buf, opts) {
        return decodeMessage(buf, Header.codec(), opts);
    }
    Header.decode = decode;
    function stream(buf, opts) {
        return streamMessage(buf, Header.codec(), opts);
    }
    Header.stream = stream;
})(Header || (Header = {}));
export var Envelope;
(function (Envelope) {
    let _codec;
    Envelope.codec = () => {
        if (_codec == null) {
            _codec = message((obj, w, opts = {}) => {
                if (opts.lengthDelimited !== false) {
                    w.fork();
                }
                if ((obj.from != null && obj.from.byteLength > 0)) {
                    w.uint32(10);
                    w.bytes(obj.from);
                }
                if ((obj.to != null && obj.to.byteLength > 0)) {
                    w.uint32(18);
                    w.bytes(obj.to);
                }
                if ((obj.messageId != null && obj.messageId.byteLength > 0)) {
                    w.uint32(26);
                    w.bytes(obj.messageId);
                }
                if ((obj.sentMs != null && obj.sentMs !== 0n)) {
                    w.uint32(32);
                    w.uint64(obj.sentMs);
                }
                if ((obj.contentType != null && obj.contentType !== '')) {
                    w.uint32(42);
                    w.string(obj.contentType);
                }
                if ((obj.body != null && obj.body.byteLength > 0)) {
                    w.uint32(50);
                    w.bytes(obj.body);
                }
                if ((obj.signature != null && obj.signature.byteLength > 0)) {
                    w.uint32(58);
                    w.bytes(obj.signature);
                }
                if (opts.lengthDelimited !== false) {
                    w.ldelim();
                }
            }, (reader, length, opts = {}) => {
                const obj = {
                    from: uint8ArrayAlloc(0),
                    to: uint8ArrayAlloc(0),
                    messageId: uint8ArrayAlloc(0),
                    sentMs: 0n,
                    contentType: '',
                    body: uint8ArrayAlloc(0),
                    signature: uint8ArrayAlloc(0)
                };
                const end = length == null ? reader.len : reader.pos + length;
                while (reader.pos < end) {
                    const tag = reader.uint32();
                    switch (tag >>> 3) {
                        case 1: {
                            obj.from = reader.bytes();
                            break;
                        }
                        case 2: {
                            obj.to = reader.bytes();
                            break;
                        }
                        case 3: {
                            obj.messageId = reader.bytes();
                            break;
                        }
                        case 4: {
                            obj.sentMs = reader.uint64();
                            break;
                        }
                        case 5: {
                            obj.contentType = reader.string();
                            break;
                        }
                        case 6: {
                            obj.body = reader.bytes();
                            break;
                        }
                        case 7: {
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
                                field: `${prefix}.from`,
                                value: reader.bytes()
                            };
                            break;
                        }
                        case 2: {
                            yield {
                                field: `${prefix}.to`,
                                value: reader.bytes()
                            };
                            break;
                        }
                        case 3: {
                            yield {
                                field: `${prefix}.messageId`,
                                value: reader.bytes()
                            };
                            break;
                        }
                        case 4: {
                            yield {
                                field: `${prefix}.sentMs`,
                                value: reader.uint64()
                            };
                            break;
                        }
                        case 5: {
                            yield {
                                field: `${prefix}.contentType`,
                                value: reader.string()
                            };
                            break;
                        }
                        case 6: {
                            yield {
                                field: `${prefix}.body`,
                                value: reader.bytes()
                            };
                            break;
                        }
                        case 7: {
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
        return encodeMessage(obj, Envelope.codec());
    }
    Envelope.encode = encode;
    function decode(buf, opts) {
        return decodeMessage(buf, Envelope.codec(), opts);
    }
    Envelope.decode = decode;
    function stream(buf, opts) {
        return streamMessage(buf, Envelope.codec(), opts);
    }
    Envelope.stream = stream;
})(Envelope || (Envelope = {}));
export var DeviceKeys;
(function (DeviceKeys) {
    let _codec;
    DeviceKeys.codec = () => {
        if (_codec == null) {
            _codec = message((obj, w, opts = {}) => {
                if (opts.lengthDelimited !== false) {
                    w.fork();
                }
                if (obj.keys != null && obj.keys.length > 0) {
                    for (const value of obj.keys) {
                        w.uint32(10);
                        PublicKey.codec().encode(value, w);
                    }
                }
                if (opts.lengthDelimited !== false) {
                    w.ldelim();
                }
            }, (reader, length, opts = {}) => {
                const obj = {
                    keys: []
                };
                const end = length == null ? reader.len : reader.pos + length;
                while (reader.pos < end) {
                    const tag = reader.uint32();
                    switch (tag >>> 3) {
                        case 1: {
                            if (opts.limits?.keys != null && obj.keys.length === opts.limits.keys) {
                                throw new MaxLengthError('Decode error - repeated field "keys" had too many elements');
                            }
                            obj.keys.push(PublicKey.codec().decode(reader, reader.uint32(), {
                                limits: opts.limits?.keys$
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
                    keys: 0
                };
                const end = length == null ? reader.len : reader.pos + length;
                while (reader.pos < end) {
                    const tag = reader.uint32();
                    switch (tag >>> 3) {
                        case 1: {
                            if (opts.limits?.keys != null && obj.keys === opts.limits.keys) {
                                throw new MaxLengthError('Streaming decode error - repeated field "keys" had too many elements');
                            }
                            for (const evt of PublicKey.codec().stream(reader, reader.uint32(), `${prefix}.keys[]`, {
                                limits: opts.limits?.keys$
                            })) {
                                yield {
                                    ...evt,
                                    index: obj.keys
                                };
                            }
                            obj.keys++;
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
        return encodeMessage(obj, DeviceKeys.codec());
    }
    DeviceKeys.encode = encode;
    function decode(buf, opts) {
        return decodeMessage(buf, DeviceKeys.codec(), opts);
    }
    DeviceKeys.decode = decode;
    function stream(buf, opts) {
        return streamMessage(buf, DeviceKeys.codec(), opts);
    }
    DeviceKeys.stream = stream;
})(DeviceKeys || (DeviceKeys = {}));
export var PublicKey;
(function (PublicKey) {
    let _codec;
    PublicKey.codec = () => {
        if (_codec == null) {
            _codec = message((obj, w, opts = {}) => {
                if (opts.lengthDelimited !== false) {
                    w.fork();
                }
                if ((obj.suite != null && obj.suite !== 0)) {
                    w.uint32(8);
                    w.uint32(obj.suite);
                }
                if ((obj.key != null && obj.key.byteLength > 0)) {
                    w.uint32(18);
                    w.bytes(obj.key);
                }
                if (opts.lengthDelimited !== false) {
                    w.ldelim();
                }
            }, (reader, length, opts = {}) => {
                const obj = {
                    suite: 0,
                    key: uint8ArrayAlloc(0)
                };
                const end = length == null ? reader.len : reader.pos + length;
                while (reader.pos < end) {
                    const tag = reader.uint32();
                    switch (tag >>> 3) {
                        case 1: {
                            obj.suite = reader.uint32();
                            break;
                        }
                        case 2: {
                            obj.key = reader.bytes();
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
                                field: `${prefix}.suite`,
                                value: reader.uint32()
                            };
                            break;
                        }
                        case 2: {
                            yield {
                                field: `${prefix}.key`,
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
        return encodeMessage(obj, PublicKey.codec());
    }
    PublicKey.encode = encode;
    function decode(buf, opts) {
        return decodeMessage(buf, PublicKey.codec(), opts);
    }
    PublicKey.decode = decode;
    function stream(buf, opts) {
        return streamMessage(buf, PublicKey.codec(), opts);
    }
    PublicKey.stream = stream;
})(PublicKey || (PublicKey = {}));
export var MailRequest;
(function (MailRequest) {
    let _codec;
    MailRequest.codec = () => {
        if (_codec == null) {
            _codec = message((obj, w, opts = {}) => {
                if (opts.lengthDelimited !== false) {
                    w.fork();
                }
                obj = { ...obj };
                if (obj.receipt != null) {
                    obj.handOver = undefined;
                    obj.keep = undefined;
                }
                if (obj.handOver != null) {
                    obj.receipt = undefined;
                    obj.keep = undefined;
                }
                if (obj.keep != null) {
                    obj.receipt = undefined;
                    obj.handOver = undefined;
                }
                if (obj.keep != null) {
                    w.uint32(10);
                    Place.codec().encode(obj.keep, w);
                }
                if (obj.handOver != null) {
                    w.uint32(18);
                    w.bytes(obj.handOver);
                }
                if (obj.receipt != null) {
                    w.uint32(26);
                    w.bytes(obj.receipt);
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
                            obj.keep = Place.codec().decode(reader, reader.uint32(), {
                                limits: opts.limits?.keep
                            });
                            break;
                        }
                        case 2: {
                            obj.handOver = reader.bytes();
                            break;
                        }
                        case 3: {
                            obj.receipt = reader.bytes();
                            break;
                        }
                        default: {
                            reader.skipType(tag & 7);
                            break;
                        }
                    }
                }
                if (obj.receipt != null) {
                    delete obj.handOver;
                    delete obj.keep;
                }
                if (obj.handOver != null) {
                    delete obj.receipt;
                    delete obj.keep;
                }
                if (obj.keep != null) {
                    delete obj.receipt;
                    delete obj.handOver;
                }
                return obj;
            }, function* (reader, length, prefix, opts = {}) {
                const end = length == null ? reader.len : reader.pos + length;
                while (reader.pos < end) {
                    const tag = reader.uint32();
                    switch (tag >>> 3) {
                        case 1: {
                            yield* Place.codec().stream(reader, reader.uint32(), `${prefix}.keep`, {
                                limits: opts.limits?.keep
                            });
                            break;
                        }
                        case 2: {
                            yield {
                                field: `${prefix}.handOver`,
                                value: reader.bytes()
                            };
                            break;
                        }
                        case 3: {
                            yield {
                                field: `${prefix}.receipt`,
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
        return encodeMessage(obj, MailRequest.codec());
    }
    MailRequest.encode = encode;
    function decode(buf, opts) {
        return decodeMessage(buf, MailRequest.codec(), opts);
    }
    MailRequest.decode = decode;
    function stream(buf, opts) {
        return streamMessage(buf, MailRequest.codec(), opts);
    }
    MailRequest.stream = stream;
})(MailRequest || (MailRequest = {}));
export var Place;
(function (Place) {
    let _codec;
    Place.codec = () => {
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
        return encodeMessage(obj, Place.codec());
    }
    Place.encode = encode;
    function decode(buf, opts) {
        return decodeMessage(buf, Place.codec(), opts);
    }
    Place.decode = decode;
    function stream(buf, opts) {
        return streamMessage(buf, Place.codec(), opts);
    }
    Place.stream = stream;
})(Place || (Place = {}));
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
                if ((obj.fromMs != null && obj.fromMs !== 0n)) {
                    w.uint32(16);
                    w.uint64(obj.fromMs);
                }
                if ((obj.untilMs != null && obj.untilMs !== 0n)) {
                    w.uint32(24);
                    w.uint64(obj.untilMs);
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
                    fromMs: 0n,
                    untilMs: 0n,
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
                            obj.fromMs = reader.uint64();
                            break;
                        }
                        case 3: {
                            obj.untilMs = reader.uint64();
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
                                value: reader.uint64()
                            };
                            break;
                        }
                        case 3: {
                            yield {
                                field: `${prefix}.untilMs`,
                                value: reader.uint64()
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
export var MailCode;
(function (MailCode) {
    MailCode["MAIL_UNSPECIFIED"] = "MAIL_UNSPECIFIED";
    MailCode["MAIL_KEPT"] = "MAIL_KEPT";
    MailCode["MAIL_DONE"] = "MAIL_DONE";
    MailCode["MAIL_NOT_MINE"] = "MAIL_NOT_MINE";
    MailCode["MAIL_REFUSED"] = "MAIL_REFUSED";
    MailCode["MAIL_BAD_STAMP"] = "MAIL_BAD_STAMP";
    MailCode["MAIL_NO_ROOM"] = "MAIL_NO_ROOM";
    MailCode["MAIL_BUSY"] = "MAIL_BUSY";
})(MailCode || (MailCode = {}));
var __MailCodeValues;
(function (__MailCodeValues) {
    __MailCodeValues[__MailCodeValues["MAIL_UNSPECIFIED"] = 0] = "MAIL_UNSPECIFIED";
    __MailCodeValues[__MailCodeValues["MAIL_KEPT"] = 1] = "MAIL_KEPT";
    __MailCodeValues[__MailCodeValues["MAIL_DONE"] = 2] = "MAIL_DONE";
    __MailCodeValues[__MailCodeValues["MAIL_NOT_MINE"] = 3] = "MAIL_NOT_MINE";
    __MailCodeValues[__MailCodeValues["MAIL_REFUSED"] = 4] = "MAIL_REFUSED";
    __MailCodeValues[__MailCodeValues["MAIL_BAD_STAMP"] = 5] = "MAIL_BAD_STAMP";
    __MailCodeValues[__MailCodeValues["MAIL_NO_ROOM"] = 6] = "MAIL_NO_ROOM";
    __MailCodeValues[__MailCodeValues["MAIL_BUSY"] = 7] = "MAIL_BUSY";
})(__MailCodeValues || (__MailCodeValues = {}));
(function (MailCode) {
    MailCode.codec = () => {
        return enumeration(__MailCodeValues);
    };
})(MailCode || (MailCode = {}));
export var MailResponse;
(function (MailResponse) {
    let _codec;
    MailResponse.codec = () => {
        if (_codec == null) {
            _codec = message((obj, w, opts = {}) => {
                if (opts.lengthDelimited !== false) {
                    w.fork();
                }
                if (obj.code != null && __MailCodeValues[obj.code] !== 0) {
                    w.uint32(8);
                    MailCode.codec().encode(obj.code, w);
                }
                if ((obj.receipt != null && obj.receipt.byteLength > 0)) {
                    w.uint32(18);
                    w.bytes(obj.receipt);
                }
                if (opts.lengthDelimited !== false) {
                    w.ldelim();
                }
            }, (reader, length, opts = {}) => {
                const obj = {
                    code: MailCode.MAIL_UNSPECIFIED,
                    receipt: uint8ArrayAlloc(0)
                };
                const end = length == null ? reader.len : reader.pos + length;
                while (reader.pos < end) {
                    const tag = reader.uint32();
                    switch (tag >>> 3) {
                        case 1: {
                            obj.code = MailCode.codec().decode(reader);
                            break;
                        }
                        case 2: {
                            obj.receipt = reader.bytes();
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
                                value: MailCode.codec().decode(reader)
                            };
                            break;
                        }
                        case 2: {
                            yield {
                                field: `${prefix}.receipt`,
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
        return encodeMessage(obj, MailResponse.codec());
    }
    MailResponse.encode = encode;
    function decode(buf, opts) {
        return decodeMessage(buf, MailResponse.codec(), opts);
    }
    MailResponse.decode = decode;
    function stream(buf, opts) {
        return streamMessage(buf, MailResponse.codec(), opts);
    }
    MailResponse.stream = stream;
})(MailResponse || (MailResponse = {}));
