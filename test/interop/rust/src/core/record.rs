//! spec/records.md

use super::{
    MAX_NUMBER, Reason, ed25519, hash::sha256, refuse, space::is_space, varint, wire::StrictReader, wire::Writer,
};
use std::cmp::Ordering;

const TYPE: &[u8] = b"/stoa/record/1";
/// A libp2p PublicKey of Ed25519 before its 32 bytes.
pub const KEY_PREFIX: [u8; 4] = [0x08, 0x01, 0x12, 0x20];
/// A record beside its body: §3.
const MAX_BESIDE_BODY_BYTES: usize = 361;
/// From the signed payload's length on, the envelope is what is signed: §4.
const PAYLOAD_AT: usize = 55;
const SIGNATURE_FIELD_BYTES: usize = 66;

#[derive(Clone, Copy)]
pub struct Limits {
    pub max_body_bytes: usize,
    pub max_ttl_ms: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Limits { max_body_bytes: 16_384, max_ttl_ms: 2_592_000_000 }
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    pub owner: [u8; 32],
    pub space: String,
    pub name: Vec<u8>,
    pub seq: u64,
    pub created_ms: u64,
    pub expires_ms: u64,
    pub holds_ms: u64,
    /// None: a removal.
    pub body: Option<Vec<u8>>,
}

impl Record {
    fn payload(&self) -> Vec<u8> {
        let payload = Writer::default()
            .bytes(0x0a, self.space.as_bytes())
            .bytes(0x12, &self.name)
            .number(0x18, self.seq)
            .number(0x20, self.created_ms)
            .number(0x28, self.expires_ms)
            .number(0x30, self.holds_ms);
        match &self.body {
            Some(body) => payload.bytes(0x3a, body).0,
            None => payload.number(0x40, 1).0,
        }
    }

    /// The owner becomes that of the seed.
    pub fn sign(mut self, seed: &[u8; 32], network: &str) -> Vec<u8> {
        self.owner = ed25519::public_key(seed);
        let payload = self.payload();
        let signature = ed25519::sign(seed, &signed_message(network, &Writer::default().bytes(0x1a, &payload).0[1..]));
        Writer::default()
            .bytes(0x0a, &[&KEY_PREFIX[..], &self.owner].concat())
            .bytes(0x12, TYPE)
            .bytes(0x1a, &payload)
            .bytes(0x2a, &signature)
            .0
    }

    /// Everything but the equation of the signature, which is dearest.
    pub fn parse(bytes: &[u8], limits: Limits) -> Result<(Self, [u8; 64]), Reason> {
        if bytes.len() > limits.max_body_bytes + MAX_BESIDE_BODY_BYTES {
            return refuse("longer than any record of this family");
        }
        let mut reader = StrictReader::new(bytes);
        let key: [u8; 36] = reader.array(0x0a, "public_key")?;
        let (prefix, owner) = key.split_at(4);
        if prefix != KEY_PREFIX {
            return refuse("no key of Ed25519");
        }
        if reader.bytes(0x12, "payload_type")? != TYPE {
            return refuse("another payload type");
        }
        let payload = reader.bytes(0x1a, "payload")?;
        let signature: [u8; 64] = reader.array(0x2a, "signature")?;
        reader.end()?;
        let owner: [u8; 32] = owner.try_into().expect("32 of 36 bytes");
        let record = Self::parse_payload(owner, payload)?;
        record.check(limits)?;
        Ok((record, signature))
    }

    pub fn verify(bytes: &[u8], network: &str, limits: Limits) -> Result<Self, Reason> {
        let (record, signature) = Self::parse(bytes, limits)?;
        let signed = &bytes[PAYLOAD_AT..bytes.len() - SIGNATURE_FIELD_BYTES];
        if ed25519::verify(&record.owner, &signed_message(network, signed), &signature) {
            Ok(record)
        } else {
            refuse("the signature is not valid")
        }
    }

    fn parse_payload(owner: [u8; 32], payload: &[u8]) -> Result<Self, Reason> {
        let mut reader = StrictReader::new(payload);
        let space = String::from_utf8(reader.bytes(0x0a, "space")?.to_vec()).map_err(|_| "the space is no UTF-8")?;
        let name = reader.bytes(0x12, "name")?.to_vec();
        let seq = reader.number(0x18, "seq")?;
        let created_ms = reader.number(0x20, "created_ms")?;
        let expires_ms = reader.number(0x28, "expires_ms")?;
        let holds_ms = reader.number(0x30, "holds_ms")?;
        let body = if reader.is(0x3a) {
            Some(reader.bytes(0x3a, "body")?.to_vec())
        } else if reader.number(0x40, "removed")? == 1 {
            None
        } else {
            return refuse("a removal says so");
        };
        reader.end()?;
        Ok(Record { owner, space, name, seq, created_ms, expires_ms, holds_ms, body })
    }

    fn check(&self, limits: Limits) -> Result<(), Reason> {
        let numbers = 1..=MAX_NUMBER;
        let times = [self.created_ms, self.expires_ms, self.holds_ms];
        if !is_space(&self.space, 128) {
            return refuse("no space");
        }
        if !(1..=64).contains(&self.name.len()) {
            return refuse("a name has 1 to 64 bytes");
        }
        if !numbers.contains(&self.seq) || !times.iter().all(|time| numbers.contains(time)) {
            return refuse("a number out of bounds");
        }
        if !times.is_sorted() || self.holds_ms - self.created_ms > limits.max_ttl_ms {
            return refuse("its times are out of order, or it is held for too long");
        }
        if self.body.as_ref().is_some_and(|body| body.len() > limits.max_body_bytes) {
            return refuse("the body is too long");
        }
        Ok(())
    }

    pub fn key(&self) -> [u8; 32] {
        key(&self.owner, &self.space, &self.name)
    }

    /// Which of two versions of a key is kept: the greater one.
    pub fn version(&self, bytes: &[u8]) -> impl Ord + use<> {
        (self.seq, self.body.is_none(), sha256(&[bytes]))
    }
}

pub fn key(owner: &[u8; 32], space: &str, name: &[u8]) -> [u8; 32] {
    let parts = [b"stoa-record-key", &owner[..], space.as_bytes(), name];
    let mut bytes = Vec::new();
    for part in parts {
        bytes.extend(varint::encode(part.len() as u64));
        bytes.extend(part);
    }
    sha256(&[&bytes])
}

pub fn compare(a: (&Record, &[u8]), b: (&Record, &[u8])) -> Ordering {
    a.0.version(a.1).cmp(&b.0.version(b.1))
}

/// `payload` has its length before it.
fn signed_message(network: &str, payload: &[u8]) -> Vec<u8> {
    let domain = format!("stoa-record:{network}");
    let mut message = varint::encode(domain.len() as u64);
    message.extend(domain.as_bytes());
    message.extend(varint::encode(TYPE.len() as u64));
    message.extend(TYPE);
    message.extend(payload);
    message
}
