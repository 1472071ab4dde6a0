//! spec/mailbox.md: letters, what is sealed in them, and receipts.

use super::{Reason, ed25519, hash::sha256, refuse, wire::StrictReader, wire::Writer};
use chacha20poly1305::{ChaCha20Poly1305, KeyInit, aead::Aead, aead::Payload};
use hmac::{Hmac, Mac};
use hpke::{Deserializable, Kem, OpModeR, kdf::HkdfSha256, kem};
use sha2::Sha256;

pub const X25519: u64 = 0x0020;
pub const MLKEM768_X25519: u64 = 0x647a;
const MINUTE_MS: u64 = 60_000;
const MAX_TTL_MIN: u64 = 15 * 24 * 60;
const PADDED_SIZES: [usize; 8] = [512, 1_024, 2_048, 4_096, 8_192, 16_384, 32_768, 49_152];
const SLOT_COUNTS: [usize; 4] = [1, 2, 4, 8];
const MAX_LETTER_BYTES: usize = 58_610;
const MAX_CONTENT_TYPE_BYTES: usize = 100;
const KEY_BYTES: usize = 32;
const TAG_BYTES: usize = 16;
/// Before a padded envelope, big-endian.
const LENGTH_BYTES: usize = 4;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Header {
    pub lock: [u8; 32],
    pub created_ms: u64,
    pub expires_ms: u64,
    pub bucket: u64,
    pub suite: u64,
    pub size: usize,
    pub sealed_hash: [u8; 32],
}

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

/// The least size that takes an envelope.
pub fn padded_size(envelope_bytes: usize) -> Option<usize> {
    PADDED_SIZES.into_iter().find(|size| *size >= envelope_bytes + LENGTH_BYTES)
}

impl Header {
    /// All that is known before something is sealed: it is sealed and signed with it.
    fn draft(&self) -> Writer {
        Writer::default()
            .bytes(0x0a, &self.lock)
            .number(0x10, self.created_ms / MINUTE_MS)
            .number(0x18, self.expires_ms / MINUTE_MS)
            .number(0x20, self.bucket)
            .number(0x28, self.suite)
            .number(0x30, self.size as u64)
    }

    fn encode(&self) -> Vec<u8> {
        self.draft().bytes(0x3a, &self.sealed_hash).0
    }

    fn decode(bytes: &[u8]) -> Result<Self, Reason> {
        let mut reader = StrictReader::new(bytes);
        let lock = reader.array(0x0a, "lock")?;
        let mut number = |tag, field| match reader.number(tag, field)? {
            number if number <= u64::from(u32::MAX) => Ok(number),
            _ => refuse(format!("{field} is above 2^32 - 1")),
        };
        let (created_min, expires_min) = (number(0x10, "created_min")?, number(0x18, "expires_min")?);
        let (bucket, suite, size) = (number(0x20, "bucket")?, number(0x28, "suite")?, number(0x30, "size")? as usize);
        let sealed_hash = reader.array(0x3a, "sealed_hash")?;
        reader.end()?;
        if created_min == 0 || expires_min < created_min || expires_min - created_min > MAX_TTL_MIN {
            return refuse("its times are out of order, or it lives for more than 15 days");
        }
        if ![X25519, MLKEM768_X25519].contains(&suite) || !PADDED_SIZES.contains(&size) {
            return refuse("no suite or size of letters");
        }
        let (created_ms, expires_ms) = (created_min * MINUTE_MS, expires_min * MINUTE_MS);
        Ok(Header { lock, created_ms, expires_ms, bucket, suite, size, sealed_hash })
    }

    fn enc_bytes(&self) -> usize {
        if self.suite == X25519 { 32 } else { 1_120 }
    }

    fn slot_bytes(&self) -> usize {
        self.enc_bytes() + KEY_BYTES + TAG_BYTES
    }
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

struct Envelope<'a> {
    from: [u8; 32],
    to: [u8; 32],
    message_id: [u8; 16],
    sent_ms: u64,
    content_type: String,
    body: Vec<u8>,
    unsigned: &'a [u8],
    signature: [u8; 64],
}

impl<'a> Envelope<'a> {
    fn decode(bytes: &'a [u8]) -> Result<Self, Reason> {
        let mut reader = StrictReader::new(bytes);
        let from = reader.array(0x0a, "from")?;
        let to = reader.array(0x12, "to")?;
        let message_id = reader.array(0x1a, "message_id")?;
        let sent_ms = reader.number(0x20, "sent_ms")?;
        let content_type = reader.filled(0x2a, "content_type")?;
        if content_type.len() > MAX_CONTENT_TYPE_BYTES || !content_type.iter().all(|byte| (0x20..=0x7e).contains(byte))
        {
            return refuse("no content type");
        }
        let body = reader.filled(0x32, "body")?.to_vec();
        let unsigned = reader.read();
        let signature = reader.array(0x3a, "signature")?;
        reader.end()?;
        let content_type = content_type.iter().copied().map(char::from).collect();
        Ok(Envelope { from, to, message_id, sent_ms, content_type, body, unsigned, signature })
    }

    fn check(&self, network: &str, header: &Header, identity: &[u8; 32]) -> Result<(), Reason> {
        if self.sent_ms - self.sent_ms % MINUTE_MS != header.created_ms {
            return refuse("bad-envelope");
        }
        if self.to != *identity {
            return refuse("wrong-receiver");
        }
        let signed = [&domain("stoa-mail-envelope", network)[..], &header.draft().0, self.unsigned].concat();
        if ed25519::verify(&self.from, &signed, &self.signature) { Ok(()) } else { refuse("bad-signature") }
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

fn open_slot(header: &Header, private_key: &[u8], aad: &[u8], slot: &[u8]) -> Option<Vec<u8>> {
    let (enc, ciphertext) = slot.split_at(header.enc_bytes());
    match header.suite {
        X25519 => open_hpke::<kem::X25519HkdfSha256>(private_key, enc, aad, ciphertext),
        _ => open_hpke::<kem::XWing>(private_key, enc, aad, ciphertext),
    }
}

fn open_hpke<K: Kem>(private_key: &[u8], enc: &[u8], aad: &[u8], ciphertext: &[u8]) -> Option<Vec<u8>> {
    let private_key = K::PrivateKey::from_bytes(private_key).ok()?;
    let enc = K::EncappedKey::from_bytes(enc).ok()?;
    hpke::single_shot_open::<hpke::aead::ChaCha20Poly1305, HkdfSha256, K>(
        &OpModeR::Base,
        &private_key,
        &enc,
        b"stoa-mail slot",
        ciphertext,
        aad,
    )
    .ok()
}

/// HKDF-Expand with one block.
fn derive(content_key: &[u8], what: &str) -> [u8; 32] {
    let mut mac = <Hmac<Sha256> as hmac::KeyInit>::new_from_slice(content_key).expect("HMAC takes any key");
    mac.update(format!("stoa-mail {what}\x01").as_bytes());
    mac.finalize().into_bytes().into()
}

/// A key is used once, so the nonce is zeros.
fn open_body(key: &[u8; 32], aad: &[u8], body: &[u8]) -> Option<Vec<u8>> {
    ChaCha20Poly1305::new(key.into()).decrypt(&[0; 12].into(), Payload { msg: body, aad }).ok()
}

fn unpad(padded: &[u8]) -> Result<&[u8], Reason> {
    let (length, rest) = padded.split_at(LENGTH_BYTES);
    let length = u32::from_be_bytes(length.try_into().expect("4 bytes")) as usize;
    if length > rest.len() || rest[length..].iter().any(|byte| *byte != 0) || padded_size(length) != Some(padded.len())
    {
        return refuse("bad-padding");
    }
    Ok(&rest[..length])
}

/// What everything that is hashed, sealed or signed begins with.
fn domain(name: &str, network: &str) -> Vec<u8> {
    format!("{name}:{network}\0").into_bytes()
}
