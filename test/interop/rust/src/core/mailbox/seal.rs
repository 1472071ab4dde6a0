//! HPKE of the slots, and what comes of the content key that is in them.

use super::header::{Header, PADDED_SIZES, X25519};
use crate::core::{Reason, refuse};
use chacha20poly1305::{ChaCha20Poly1305, KeyInit, aead::Aead, aead::Payload};
use hmac::{Hmac, Mac};
use hpke::{Deserializable, Kem, OpModeR, kdf::HkdfSha256, kem};
use sha2::Sha256;

pub const KEY_BYTES: usize = 32;
pub const TAG_BYTES: usize = 16;
/// Before a padded envelope, big-endian.
const LENGTH_BYTES: usize = 4;

/// The least size that takes an envelope.
pub fn padded_size(envelope_bytes: usize) -> Option<usize> {
    PADDED_SIZES.into_iter().find(|size| *size >= envelope_bytes + LENGTH_BYTES)
}

pub fn open_slot(header: &Header, private_key: &[u8], aad: &[u8], slot: &[u8]) -> Option<Vec<u8>> {
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
pub fn derive(content_key: &[u8], what: &str) -> [u8; 32] {
    let mut mac = <Hmac<Sha256> as hmac::KeyInit>::new_from_slice(content_key).expect("HMAC takes any key");
    mac.update(format!("stoa-mail {what}\x01").as_bytes());
    mac.finalize().into_bytes().into()
}

/// A key is used once, so the nonce is zeros.
pub fn open_body(key: &[u8; 32], aad: &[u8], body: &[u8]) -> Option<Vec<u8>> {
    ChaCha20Poly1305::new(key.into()).decrypt(&[0; 12].into(), Payload { msg: body, aad }).ok()
}

pub fn unpad(padded: &[u8]) -> Result<&[u8], Reason> {
    let (length, rest) = padded.split_at(LENGTH_BYTES);
    let length = u32::from_be_bytes(length.try_into().expect("4 bytes")) as usize;
    if length > rest.len() || rest[length..].iter().any(|byte| *byte != 0) || padded_size(length) != Some(padded.len())
    {
        return refuse("bad-padding");
    }
    Ok(&rest[..length])
}
