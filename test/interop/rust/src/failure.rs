use std::fmt;

/// Why a command was not carried out, as it is told to the runner.
#[derive(Debug)]
pub struct Failure {
    pub code: String,
    pub message: String,
}

impl Failure {
    pub fn new(code: &str, message: impl fmt::Display) -> Self {
        Failure { code: code.to_owned(), message: message.to_string() }
    }
}

/// What has no code of its own.
pub fn failed(message: impl fmt::Display) -> Failure {
    Failure::new("failed", message)
}

impl<E: std::error::Error> From<E> for Failure {
    fn from(error: E) -> Self {
        failed(error)
    }
}
