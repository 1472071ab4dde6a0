//! spec/mailbox.md: letters, what is sealed in them, and receipts.

mod envelope;
mod header;
mod seal;

use super::{Reason, hash::sha256, refuse, wire::StrictReader, wire::Writer};
use envelope::Envelope;
use header::Header;
use seal::{TAG_BYTES, derive, open_body, open_slot, unpad};

pub use seal::padded_size;

const SLOT_COUNTS: [usize; 4] = [1, 2, 4, 8];
const MAX_LETTER_BYTES: usize = 58_610;

#[derive(Debug)]
pub enum Content {
    Sealed(Vec<u8>),
    Receipt([u8; 32]),
}

#[derive(Debug)]
pub struct Letter {
    pub id: [u8; 32],
    pub header: Header,
    pub content: Content,
}

/// Parameters of a network.
#[derive(Clone, Copy)]
pub struct Limits<'a> {
    pub network: &'a str,
    pub bucket_bits: u32,
    pub shard_bits: u32,
    pub shard: u64,
}

#[derive(Debug)]
pub struct Opened {
    pub from: [u8; 32],
    pub message_id: [u8; 16],
    pub sent_ms: u64,
    pub content_type: String,
    pub body: Vec<u8>,
    pub receipt: Vec<u8>,
}

pub fn bucket(network: &str, identity: &[u8; 32], bucket_bits: u32) -> u64 {
    let hash = sha256(&[&domain("stoa-mail-bucket", network), identity]);
    u64::from(u16::from_be_bytes([hash[0], hash[1]])) >> (16 - bucket_bits)
}

impl Letter {
    /// Everything but its proof.
    pub fn parse(bytes: &[u8], limits: Limits) -> Result<Self, Reason> {
        if bytes.len() > MAX_LETTER_BYTES {
            return refuse("longer than any letter");
        }
        let mut reader = StrictReader::new(bytes);
        let header_bytes = reader.bytes(0x0a, "header")?;
        let header = Header::decode(header_bytes)?;
        if header.bucket >> limits.bucket_bits != 0 {
            return refuse("no bucket of this network");
        }
        if header.bucket >> (limits.bucket_bits - limits.shard_bits) != limits.shard {
            return refuse("a letter of another shard");
        }
        let content = if reader.is(0x1a) {
            Content::Receipt(reader.array(0x1a, "receipt")?)
        } else {
            Content::Sealed(reader.bytes(0x12, "sealed")?.to_vec())
        };
        reader.end()?;
        if let Content::Sealed(sealed) = &content {
            slots_length(&header, sealed)?;
        }
        let id = sha256(&[&domain("stoa-mail", limits.network), header_bytes]);
        Ok(Letter { id, header, content })
    }

    /// The reasons are those of the vectors.
    pub fn prove(&self) -> Result<(), Reason> {
        match &self.content {
            Content::Sealed(sealed) if sha256(&[sealed]) != self.header.sealed_hash => refuse("bad-hash"),
            Content::Receipt(preimage) if sha256(&[preimage]) != self.header.lock => refuse("bad-preimage"),
            _ => Ok(()),
        }
    }

    /// None when it is not for this key. The reasons are those of the vectors.
    pub fn open(&self, network: &str, identity: &[u8; 32], private_key: &[u8]) -> Result<Option<Opened>, Reason> {
        let Content::Sealed(sealed) = &self.content else {
            return Ok(None);
        };
        let (slots, body) = sealed.split_at(slots_length(&self.header, sealed)?);
        let aad = [domain("stoa-mail-seal", network), self.header.draft().0].concat();
        let open = |slot: &[u8]| open_slot(&self.header, private_key, &aad, slot);
        let Some(content_key) = slots.chunks(self.header.slot_bytes()).find_map(open) else {
            return Ok(None);
        };
        let preimage = derive(&content_key, "receipt");
        if sha256(&[&preimage]) != self.header.lock {
            return refuse("wrong-lock");
        }
        let aad = [&aad[..], &sha256(&[slots])].concat();
        let padded = open_body(&derive(&content_key, "body"), &aad, body).ok_or("bad-envelope")?;
        let envelope = Envelope::decode(unpad(&padded)?).map_err(|_| "bad-envelope")?;
        envelope.check(network, &self.header, identity)?;
        let receipt = Writer::default().bytes(0x0a, &self.header.encode()).bytes(0x1a, &preimage).0;
        let Envelope { from, message_id, sent_ms, content_type, body, .. } = envelope;
        Ok(Some(Opened { from, message_id, sent_ms, content_type, body, receipt }))
    }
}

fn slots_length(header: &Header, sealed: &[u8]) -> Result<usize, Reason> {
    let length = sealed.len().checked_sub(header.size + TAG_BYTES).ok_or("less than the body has")?;
    let count = length / header.slot_bytes();
    if length % header.slot_bytes() != 0 || !SLOT_COUNTS.contains(&count) {
        return refuse("these are not slots and a body");
    }
    Ok(length)
}

/// What everything that is hashed, sealed or signed begins with.
fn domain(name: &str, network: &str) -> Vec<u8> {
    format!("{name}:{network}\0").into_bytes()
}
