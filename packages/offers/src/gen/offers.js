import { decodeMessage, encodeMessage, message, streamMessage } from 'protons-runtime';
import { alloc as uint8ArrayAlloc } from 'uint8arrays/alloc';
export var Offer;
(function (Offer) {
    let _codec;
    Offer.codec = () => {
        if (_codec == null) {
            _codec = message((obj, w, opts = {}) => {
                if (opts.lengthDelimited !== false) {
                    w.fork();
                }
                if ((obj.whileOnline != null && obj.whileOnline !== false)) {
                    w.uint32(8);
                    w.bool(obj.whileOnline);
                }
                if ((obj.contentType != null && obj.contentType !== '')) {
                    w.uint32(18);
                    w.string(obj.contentType);
                }
                if ((obj.body != null && obj.body.byteLength > 0)) {
                    w.uint32(26);
                    w.bytes(obj.body);
                }
                if (opts.lengthDelimited !== false) {
                    w.ldelim();
                }
            }, (reader, length, opts = {}) => {
                const obj = {
                    whileOnline: false,
                    contentType: '',
                    body: uint8ArrayAlloc(0)
                };
                const end = length == null ? reader.len : reader.pos + length;
                while (reader.pos < end) {
                    const tag = reader.uint32();
                    switch (tag >>> 3) {
                        case 1: {
                            obj.whileOnline = reader.bool();
                            break;
                        }
                        case 2: {
                            obj.contentType = reader.string();
                            break;
                        }
                        case 3: {
                            obj.body = reader.bytes();
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
                                field: `${prefix}.whileOnline`,
                                value: reader.bool()
                            };
                            break;
                        }
                        case 2: {
                            yield {
                                field: `${prefix}.contentType`,
                                value: reader.string()
                            };
                            break;
                        }
                        case 3: {
                            yield {
                                field: `${prefix}.body`,
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
        return encodeMessage(obj, Offer.codec());
    }
    Offer.encode = encode;
    function decode(buf, opts) {
        return decodeMessage(buf, Offer.codec(), opts);
    }
    Offer.decode = decode;
    function stream(buf, opts) {
        return streamMessage(buf, Offer.codec(), opts);
    }
    Offer.stream = stream;
})(Offer || (Offer = {}));
export var OffersFileHeader;
(function (OffersFileHeader) {
    let _codec;
    OffersFileHeader.codec = () => {
        if (_codec == null) {
            _codec = message((obj, w, opts = {}) => {
                if (opts.lengthDelimited !== false) {
                    w.fork();
                }
                if ((obj.network != null && obj.network !== '')) {
                    w.uint32(10);
                    w.string(obj.network);
                }
                if ((obj.market != null && obj.market !== '')) {
                    w.uint32(18);
                    w.string(obj.market);
                }
                if ((obj.createdMs != null && obj.createdMs !== 0)) {
                    w.uint32(24);
                    w.uint64Number(obj.createdMs);
                }
                if (opts.lengthDelimited !== false) {
                    w.ldelim();
                }
            }, (reader, length, opts = {}) => {
                const obj = {
                    network: '',
                    market: '',
                    createdMs: 0
                };
                const end = length == null ? reader.len : reader.pos + length;
                while (reader.pos < end) {
                    const tag = reader.uint32();
                    switch (tag >>> 3) {
                        case 1: {
                            obj.network = reader.string();
                            break;
                        }
                        case 2: {
                            obj.market = reader.string();
                            break;
                        }
                        case 3: {
                            obj.createdMs = reader.uint64Number();
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
                                field: `${prefix}.network`,
                                value: reader.string()
                            };
                            break;
                        }
                        case 2: {
                            yield {
                                field: `${prefix}.market`,
                                value: reader.string()
                            };
                            break;
                        }
                        case 3: {
                            yield {
                                field: `${prefix}.createdMs`,
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
        return encodeMessage(obj, OffersFileHeader.codec());
    }
    OffersFileHeader.encode = encode;
    function decode(buf, opts) {
        return decodeMessage(buf, OffersFileHeader.codec(), opts);
    }
    OffersFileHeader.decode = decode;
    function stream(buf, opts) {
        return streamMessage(buf, OffersFileHeader.codec(), opts);
    }
    OffersFileHeader.stream = stream;
})(OffersFileHeader || (OffersFileHeader = {}));
export var OffersFileEntry;
(function (OffersFileEntry) {
    let _codec;
    OffersFileEntry.codec = () => {
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
                    OffersFileStamp.codec().encode(obj.stamp, w);
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
                            obj.stamp = OffersFileStamp.codec().decode(reader, reader.uint32(), {
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
                            yield* OffersFileStamp.codec().stream(reader, reader.uint32(), `${prefix}.stamp`, {
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
        return encodeMessage(obj, OffersFileEntry.codec());
    }
    OffersFileEntry.encode = encode;
    function decode(buf, opts) {
        return decodeMessage(buf, OffersFileEntry.codec(), opts);
    }
    OffersFileEntry.decode = decode;
    function stream(buf, opts) {
        return streamMessage(buf, OffersFileEntry.codec(), opts);
    }
    OffersFileEntry.stream = stream;
})(OffersFileEntry || (OffersFileEntry = {}));
export var OffersFileStamp;
(function (OffersFileStamp) {
    let _codec;
    OffersFileStamp.codec = () => {
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
        return encodeMessage(obj, OffersFileStamp.codec());
    }
    OffersFileStamp.encode = encode;
    function decode(buf, opts) {
        return decodeMessage(buf, OffersFileStamp.codec(), opts);
    }
    OffersFileStamp.decode = decode;
    function stream(buf, opts) {
        return streamMessage(buf, OffersFileStamp.codec(), opts);
    }
    OffersFileStamp.stream = stream;
})(OffersFileStamp || (OffersFileStamp = {}));
