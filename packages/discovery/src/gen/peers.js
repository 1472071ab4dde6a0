import { decodeMessage, encodeMessage, MaxLengthError, message, streamMessage } from 'protons-runtime';
import { alloc as uint8ArrayAlloc } from 'uint8arrays/alloc';
export var PeersRequest;
(function (PeersRequest) {
    let _codec;
    PeersRequest.codec = () => {
        if (_codec == null) {
            _codec = message((obj, w, opts = {}) => {
                if (opts.lengthDelimited !== false) {
                    w.fork();
                }
                if ((obj.count != null && obj.count !== 0)) {
                    w.uint32(8);
                    w.uint32(obj.count);
                }
                if (opts.lengthDelimited !== false) {
                    w.ldelim();
                }
            }, (reader, length, opts = {}) => {
                const obj = {
                    count: 0
                };
                const end = length == null ? reader.len : reader.pos + length;
                while (reader.pos < end) {
                    const tag = reader.uint32();
                    switch (tag >>> 3) {
                        case 1: {
                            obj.count = reader.uint32();
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
                                field: `${prefix}.count`,
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
        return encodeMessage(obj, PeersRequest.codec());
    }
    PeersRequest.encode = encode;
    function decode(buf, opts) {
        return decodeMessage(buf, PeersRequest.codec(), opts);
    }
    PeersRequest.decode = decode;
    function stream(buf, opts) {
        return streamMessage(buf, PeersRequest.codec(), opts);
    }
    PeersRequest.stream = stream;
})(PeersRequest || (PeersRequest = {}));
export var PeersResponse;
(function (PeersResponse) {
    let _codec;
    PeersResponse.codec = () => {
        if (_codec == null) {
            _codec = message((obj, w, opts = {}) => {
                if (opts.lengthDelimited !== false) {
                    w.fork();
                }
                if (obj.records != null && obj.records.length > 0) {
                    for (const value of obj.records) {
                        w.uint32(10);
                        w.bytes(value);
                    }
                }
                if ((obj.retryAfterMs != null && obj.retryAfterMs !== 0)) {
                    w.uint32(16);
                    w.uint32(obj.retryAfterMs);
                }
                if (opts.lengthDelimited !== false) {
                    w.ldelim();
                }
            }, (reader, length, opts = {}) => {
                const obj = {
                    records: [],
                    retryAfterMs: 0
                };
                const end = length == null ? reader.len : reader.pos + length;
                while (reader.pos < end) {
                    const tag = reader.uint32();
                    switch (tag >>> 3) {
                        case 1: {
                            if (opts.limits?.records != null && obj.records.length === opts.limits.records) {
                                throw new MaxLengthError('Decode error - repeated field "records" had too many elements');
                            }
                            obj.records.push(reader.bytes());
                            break;
                        }
                        case 2: {
                            obj.retryAfterMs = reader.uint32();
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
                    records: 0
                };
                const end = length == null ? reader.len : reader.pos + length;
                while (reader.pos < end) {
                    const tag = reader.uint32();
                    switch (tag >>> 3) {
                        case 1: {
                            if (opts.limits?.records != null && obj.records === opts.limits.records) {
                                throw new MaxLengthError('Streaming decode error - repeated field "records" had too many elements');
                            }
                            yield {
                                field: `${prefix}.records[]`,
                                index: obj.records,
                                value: reader.bytes()
                            };
                            obj.records++;
                            break;
                        }
                        case 2: {
                            yield {
                                field: `${prefix}.retryAfterMs`,
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
        return encodeMessage(obj, PeersResponse.codec());
    }
    PeersResponse.encode = encode;
    function decode(buf, opts) {
        return decodeMessage(buf, PeersResponse.codec(), opts);
    }
    PeersResponse.decode = decode;
    function stream(buf, opts) {
        return streamMessage(buf, PeersResponse.codec(), opts);
    }
    PeersResponse.stream = stream;
})(PeersResponse || (PeersResponse = {}));
export var AddressBookEntry;
(function (AddressBookEntry) {
    let _codec;
    AddressBookEntry.codec = () => {
        if (_codec == null) {
            _codec = message((obj, w, opts = {}) => {
                if (opts.lengthDelimited !== false) {
                    w.fork();
                }
                if (obj.addresses != null && obj.addresses.length > 0) {
                    for (const value of obj.addresses) {
                        w.uint32(10);
                        AddressBookAddress.codec().encode(value, w);
                    }
                }
                if ((obj.source != null && obj.source !== '')) {
                    w.uint32(18);
                    w.string(obj.source);
                }
                if ((obj.originNetwork != null && obj.originNetwork !== '')) {
                    w.uint32(26);
                    w.string(obj.originNetwork);
                }
                if ((obj.originTeller != null && obj.originTeller !== '')) {
                    w.uint32(34);
                    w.string(obj.originTeller);
                }
                if ((obj.seq != null && obj.seq !== 0n)) {
                    w.uint32(40);
                    w.uint64(obj.seq);
                }
                if ((obj.firstHeardMs != null && obj.firstHeardMs !== 0)) {
                    w.uint32(48);
                    w.uint64Number(obj.firstHeardMs);
                }
                if ((obj.lastHeardMs != null && obj.lastHeardMs !== 0)) {
                    w.uint32(56);
                    w.uint64Number(obj.lastHeardMs);
                }
                if ((obj.lastTriedMs != null && obj.lastTriedMs !== 0)) {
                    w.uint32(64);
                    w.uint64Number(obj.lastTriedMs);
                }
                if ((obj.lastSuccessMs != null && obj.lastSuccessMs !== 0)) {
                    w.uint32(72);
                    w.uint64Number(obj.lastSuccessMs);
                }
                if ((obj.successes != null && obj.successes !== 0)) {
                    w.uint32(80);
                    w.uint32(obj.successes);
                }
                if ((obj.failures != null && obj.failures !== 0)) {
                    w.uint32(88);
                    w.uint32(obj.failures);
                }
                if (opts.lengthDelimited !== false) {
                    w.ldelim();
                }
            }, (reader, length, opts = {}) => {
                const obj = {
                    addresses: [],
                    source: '',
                    originNetwork: '',
                    originTeller: '',
                    seq: 0n,
                    firstHeardMs: 0,
                    lastHeardMs: 0,
                    lastTriedMs: 0,
                    lastSuccessMs: 0,
                    successes: 0,
                    failures: 0
                };
                const end = length == null ? reader.len : reader.pos + length;
                while (reader.pos < end) {
                    const tag = reader.uint32();
                    switch (tag >>> 3) {
                        case 1: {
                            if (opts.limits?.addresses != null && obj.addresses.length === opts.limits.addresses) {
                                throw new MaxLengthError('Decode error - repeated field "addresses" had too many elements');
                            }
                            obj.addresses.push(AddressBookAddress.codec().decode(reader, reader.uint32(), {
                                limits: opts.limits?.addresses$
                            }));
                            break;
                        }
                        case 2: {
                            obj.source = reader.string();
                            break;
                        }
                        case 3: {
                            obj.originNetwork = reader.string();
                            break;
                        }
                        case 4: {
                            obj.originTeller = reader.string();
                            break;
                        }
                        case 5: {
                            obj.seq = reader.uint64();
                            break;
                        }
                        case 6: {
                            obj.firstHeardMs = reader.uint64Number();
                            break;
                        }
                        case 7: {
                            obj.lastHeardMs = reader.uint64Number();
                            break;
                        }
                        case 8: {
                            obj.lastTriedMs = reader.uint64Number();
                            break;
                        }
                        case 9: {
                            obj.lastSuccessMs = reader.uint64Number();
                            break;
                        }
                        case 10: {
                            obj.successes = reader.uint32();
                            break;
                        }
                        case 11: {
                            obj.failures = reader.uint32();
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
                    addresses: 0
                };
                const end = length == null ? reader.len : reader.pos + length;
                while (reader.pos < end) {
                    const tag = reader.uint32();
                    switch (tag >>> 3) {
                        case 1: {
                            if (opts.limits?.addresses != null && obj.addresses === opts.limits.addresses) {
                                throw new MaxLengthError('Streaming decode error - repeated field "addresses" had too many elements');
                            }
                            for (const evt of AddressBookAddress.codec().stream(reader, reader.uint32(), `${prefix}.addresses[]`, {
                                limits: opts.limits?.addresses$
                            })) {
                                yield {
                                    ...evt,
                                    index: obj.addresses
                                };
                            }
                            obj.addresses++;
                            break;
                        }
                        case 2: {
                            yield {
                                field: `${prefix}.source`,
                                value: reader.string()
                            };
                            break;
                        }
                        case 3: {
                            yield {
                                field: `${prefix}.originNetwork`,
                                value: reader.string()
                            };
                            break;
                        }
                        case 4: {
                            yield {
                                field: `${prefix}.originTeller`,
                                value: reader.string()
                            };
                            break;
                        }
                        case 5: {
                            yield {
                                field: `${prefix}.seq`,
                                value: reader.uint64()
                            };
                            break;
                        }
                        case 6: {
                            yield {
                                field: `${prefix}.firstHeardMs`,
                                value: reader.uint64Number()
                            };
                            break;
                        }
                        case 7: {
                            yield {
                                field: `${prefix}.lastHeardMs`,
                                value: reader.uint64Number()
                            };
                            break;
                        }
                        case 8: {
                            yield {
                                field: `${prefix}.lastTriedMs`,
                                value: reader.uint64Number()
                            };
                            break;
                        }
                        case 9: {
                            yield {
                                field: `${prefix}.lastSuccessMs`,
                                value: reader.uint64Number()
                            };
                            break;
                        }
                        case 10: {
                            yield {
                                field: `${prefix}.successes`,
                                value: reader.uint32()
                            };
                            break;
                        }
                        case 11: {
                            yield {
                                field: `${prefix}.failures`,
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
        return encodeMessage(obj, AddressBookEntry.codec());
    }
    AddressBookEntry.encode = encode;
    function decode(buf, opts) {
        return decodeMessage(buf, AddressBookEntry.codec(), opts);
    }
    AddressBookEntry.decode = decode;
    function stream(buf, opts) {
        return streamMessage(buf, AddressBookEntry.codec(), opts);
    }
    AddressBookEntry.stream = stream;
})(AddressBookEntry || (AddressBookEntry = {}));
export var AddressBookAddress;
(function (AddressBookAddress) {
    let _codec;
    AddressBookAddress.codec = () => {
        if (_codec == null) {
            _codec = message((obj, w, opts = {}) => {
                if (opts.lengthDelimited !== false) {
                    w.fork();
                }
                if ((obj.multiaddr != null && obj.multiaddr.byteLength > 0)) {
                    w.uint32(10);
                    w.bytes(obj.multiaddr);
                }
                if ((obj.certified != null && obj.certified !== false)) {
                    w.uint32(16);
                    w.bool(obj.certified);
                }
                if ((obj.lastSuccessMs != null && obj.lastSuccessMs !== 0)) {
                    w.uint32(24);
                    w.uint64Number(obj.lastSuccessMs);
                }
                if ((obj.failures != null && obj.failures !== 0)) {
                    w.uint32(32);
                    w.uint32(obj.failures);
                }
                if (opts.lengthDelimited !== false) {
                    w.ldelim();
                }
            }, (reader, length, opts = {}) => {
                const obj = {
                    multiaddr: uint8ArrayAlloc(0),
                    certified: false,
                    lastSuccessMs: 0,
                    failures: 0
                };
                const end = length == null ? reader.len : reader.pos + length;
                while (reader.pos < end) {
                    const tag = reader.uint32();
                    switch (tag >>> 3) {
                        case 1: {
                            obj.multiaddr = reader.bytes();
                            break;
                        }
                        case 2: {
                            obj.certified = reader.bool();
                            break;
                        }
                        case 3: {
                            obj.lastSuccessMs = reader.uint64Number();
                            break;
                        }
                        case 4: {
                            obj.failures = reader.uint32();
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
                                field: `${prefix}.multiaddr`,
                                value: reader.bytes()
                            };
                            break;
                        }
                        case 2: {
                            yield {
                                field: `${prefix}.certified`,
                                value: reader.bool()
                            };
                            break;
                        }
                        case 3: {
                            yield {
                                field: `${prefix}.lastSuccessMs`,
                                value: reader.uint64Number()
                            };
                            break;
                        }
                        case 4: {
                            yield {
                                field: `${prefix}.failures`,
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
        return encodeMessage(obj, AddressBookAddress.codec());
    }
    AddressBookAddress.encode = encode;
    function decode(buf, opts) {
        return decodeMessage(buf, AddressBookAddress.codec(), opts);
    }
    AddressBookAddress.decode = decode;
    function stream(buf, opts) {
        return streamMessage(buf, AddressBookAddress.codec(), opts);
    }
    AddressBookAddress.stream = stream;
})(AddressBookAddress || (AddressBookAddress = {}));
