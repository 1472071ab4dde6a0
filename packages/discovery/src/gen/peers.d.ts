import type { Codec, DecodeOptions } from 'protons-runtime';
import type { Uint8ArrayList } from 'uint8arraylist';
export interface PeersRequest {
    count: number;
}
export declare namespace PeersRequest {
    const codec: () => Codec<PeersRequest>;
    interface PeersRequestCountFieldEvent {
        field: '$.count';
        value: number;
    }
    function encode(obj: Partial<PeersRequest>): Uint8Array<ArrayBuffer>;
    function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<PeersRequest>): PeersRequest;
    function stream(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<PeersRequest>): Generator<PeersRequestCountFieldEvent>;
}
export interface PeersResponse {
    records: Uint8Array<ArrayBuffer>[];
    retryAfterMs: number;
}
export declare namespace PeersResponse {
    const codec: () => Codec<PeersResponse>;
    interface PeersResponseRecordsFieldEvent {
        field: '$.records[]';
        index: number;
        value: Uint8Array<ArrayBuffer>;
    }
    interface PeersResponseRetryAfterMsFieldEvent {
        field: '$.retryAfterMs';
        value: number;
    }
    function encode(obj: Partial<PeersResponse>): Uint8Array<ArrayBuffer>;
    function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<PeersResponse>): PeersResponse;
    function stream(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<PeersResponse>): Generator<PeersResponseRecordsFieldEvent | PeersResponseRetryAfterMsFieldEvent>;
}
export interface AddressBookEntry {
    addresses: AddressBookAddress[];
    source: string;
    originNetwork: string;
    originTeller: string;
    seq: bigint;
    firstHeardMs: number;
    lastHeardMs: number;
    lastTriedMs: number;
    lastSuccessMs: number;
    successes: number;
    failures: number;
}
export declare namespace AddressBookEntry {
    const codec: () => Codec<AddressBookEntry>;
    interface AddressBookEntryAddressesMultiaddrFieldEvent {
        field: '$.addresses[].multiaddr';
        value: Uint8Array<ArrayBuffer>;
        index: number;
    }
    interface AddressBookEntryAddressesCertifiedFieldEvent {
        field: '$.addresses[].certified';
        value: boolean;
        index: number;
    }
    interface AddressBookEntryAddressesLastSuccessMsFieldEvent {
        field: '$.addresses[].lastSuccessMs';
        value: number;
        index: number;
    }
    interface AddressBookEntryAddressesFailuresFieldEvent {
        field: '$.addresses[].failures';
        value: number;
        index: number;
    }
    interface AddressBookEntrySourceFieldEvent {
        field: '$.source';
        value: string;
    }
    interface AddressBookEntryOriginNetworkFieldEvent {
        field: '$.originNetwork';
        value: string;
    }
    interface AddressBookEntryOriginTellerFieldEvent {
        field: '$.originTeller';
        value: string;
    }
    interface AddressBookEntrySeqFieldEvent {
        field: '$.seq';
        value: bigint;
    }
    interface AddressBookEntryFirstHeardMsFieldEvent {
        field: '$.firstHeardMs';
        value: number;
    }
    interface AddressBookEntryLastHeardMsFieldEvent {
        field: '$.lastHeardMs';
        value: number;
    }
    interface AddressBookEntryLastTriedMsFieldEvent {
        field: '$.lastTriedMs';
        value: number;
    }
    interface AddressBookEntryLastSuccessMsFieldEvent {
        field: '$.lastSuccessMs';
        value: number;
    }
    interface AddressBookEntrySuccessesFieldEvent {
        field: '$.successes';
        value: number;
    }
    interface AddressBookEntryFailuresFieldEvent {
        field: '$.failures';
        value: number;
    }
    function encode(obj: Partial<AddressBookEntry>): Uint8Array<ArrayBuffer>;
    function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<AddressBookEntry>): AddressBookEntry;
    function stream(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<AddressBookEntry>): Generator<AddressBookEntryAddressesMultiaddrFieldEvent | AddressBookEntryAddressesCertifiedFieldEvent | AddressBookEntryAddressesLastSuccessMsFieldEvent | AddressBookEntryAddressesFailuresFieldEvent | AddressBookEntrySourceFieldEvent | AddressBookEntryOriginNetworkFieldEvent | AddressBookEntryOriginTellerFieldEvent | AddressBookEntrySeqFieldEvent | AddressBookEntryFirstHeardMsFieldEvent | AddressBookEntryLastHeardMsFieldEvent | AddressBookEntryLastTriedMsFieldEvent | AddressBookEntryLastSuccessMsFieldEvent | AddressBookEntrySuccessesFieldEvent | AddressBookEntryFailuresFieldEvent>;
}
export interface AddressBookAddress {
    multiaddr: Uint8Array<ArrayBuffer>;
    certified: boolean;
    lastSuccessMs: number;
    failures: number;
}
export declare namespace AddressBookAddress {
    const codec: () => Codec<AddressBookAddress>;
    interface AddressBookAddressMultiaddrFieldEvent {
        field: '$.multiaddr';
        value: Uint8Array<ArrayBuffer>;
    }
    interface AddressBookAddressCertifiedFieldEvent {
        field: '$.certified';
        value: boolean;
    }
    interface AddressBookAddressLastSuccessMsFieldEvent {
        field: '$.lastSuccessMs';
        value: number;
    }
    interface AddressBookAddressFailuresFieldEvent {
        field: '$.failures';
        value: number;
    }
    function encode(obj: Partial<AddressBookAddress>): Uint8Array<ArrayBuffer>;
    function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<AddressBookAddress>): AddressBookAddress;
    function stream(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<AddressBookAddress>): Generator<AddressBookAddressMultiaddrFieldEvent | AddressBookAddressCertifiedFieldEvent | AddressBookAddressLastSuccessMsFieldEvent | AddressBookAddressFailuresFieldEvent>;
}
