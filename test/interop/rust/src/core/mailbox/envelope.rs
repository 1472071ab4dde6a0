//! spec/mailbox.md: what is sealed, and who signed it.

use super::domain;
use super::header::{Header, MINUTE_MS};
use crate::core::{Reason, ed25519, refuse, wire::StrictReader};

const MAX_CONTENT_TYPE_BYTES: usize = 100;

pub struct Envelope<'a> {
    pub from: [u8; 32],
    pub to: [u8; 32],
    pub message_id: [u8; 16],
    pub sent_ms: u64,
    pub content_type: String,
    pub body: Vec<u8>,
    unsigned: &'a [u8],
    signature: [u8; 64],
}

impl<'a> Envelope<'a> {
    pub fn decode(bytes: &'a [u8]) -> Result<Self, Reason> {
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

    pub fn check(&self, network: &str, header: &Header, identity: &[u8; 32]) -> Result<(), Reason> {
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
