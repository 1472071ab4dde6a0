//! Fields of JSON objects. Bytes are hexadecimal.

use crate::failure::{Failure, failed};
use serde_json::Value;

pub fn text<'a>(object: &'a Value, field: &str) -> Result<&'a str, Failure> {
    object[field].as_str().ok_or_else(|| failed(format!("{field} is no text")))
}

pub fn bytes(object: &Value, field: &str) -> Result<Vec<u8>, Failure> {
    Ok(hex::decode(text(object, field)?)?)
}

pub fn key(object: &Value, field: &str) -> Result<[u8; 32], Failure> {
    bytes(object, field)?.try_into().map_err(|_| failed(format!("{field} has not 32 bytes")))
}

pub fn number(object: &Value, field: &str) -> Result<u64, Failure> {
    object[field].as_u64().ok_or_else(|| failed(format!("{field} is no number from 0 up")))
}

pub fn number_or(object: &Value, field: &str, default: u64) -> u64 {
    object[field].as_u64().unwrap_or(default)
}

pub fn flag(object: &Value, field: &str) -> bool {
    object[field].as_bool().unwrap_or(false)
}

pub fn list<'a>(object: &'a Value, field: &str) -> Result<&'a [Value], Failure> {
    object[field].as_array().map(Vec::as_slice).ok_or_else(|| failed(format!("{field} is no list")))
}
