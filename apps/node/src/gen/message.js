/* eslint-disable require-yield */
import { decodeMessage, encodeMessage, message, streamMessage } from 'protons-runtime';
import { alloc as uint8ArrayAlloc } from 'uint8arrays/alloc';
export var Text;
(function (Text) {
    let _codec;
    Text.codec = () => {
        if (_codec == null) {
            _codec = message((obj, w, opts = {}) => {
                if (opts.lengthDelimited !== false) {
                    w.fork();
                }
                if ((obj.text != null && obj.text !== '')) {
                    w.uint32(10);
                    w.string(obj.text);
                }
                if ((obj.contentType != null && obj.contentType !== '')) {
                    w.uint32(18);
                    w.string(obj.contentType);
                }
                if ((obj.sentMs != null && obj.sentMs !== 0)) {
                    w.uint32(24);
                    w.uint64Number(obj.sentMs);
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
                    text: '',
                    contentType: '',
                    sentMs: 0,
                    nonce: uint8ArrayAlloc(0)
                };
                const end = length == null ? reader.len : reader.pos + length;
                while (reader.pos < end) {
                    const tag = reader.uint32();
                    switch (tag >>> 3) {
                        case 1: {
                            obj.text = reader.string();
                            break;
                        }
                        case 2: {
                            obj.contentType = reader.string();
                            break;
                        }
                        case 3: {
                            obj.sentMs = reader.uint64Number();
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
                                field: `${prefix}.text`,
                                value: reader.string()
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
                                field: `${prefix}.sentMs`,
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
        return encodeMessage(obj, Text.codec());
    }
    Text.encode = encode;
    function decode(buf, opts) {
        return decodeMessage(buf, Text.codec(), opts);
    }
    Text.decode = decode;
    function stream(buf, opts) {
        return streamMessage(buf, Text.codec(), opts);
    }
    Text.stream = stream;
})(Text || (Text = {}));
export var Received;
(function (Received) {
    let _codec;
    Received.codec = () => {
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
        return encodeMessage(obj, Received.codec());
    }
    Received.encode = encode;
    function decode(buf, opts) {
        return decodeMessage(buf, Received.codec(), opts);
    }
    Received.decode = decode;
    function stream(buf, opts) {
        return streamMessage(buf, Received.codec(), opts);
    }
    Received.stream = stream;
})(Received || (Received = {}));
