use crate::failure::Failure;
use crate::json::list;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fmt::Debug;

/// How many vectors of each file were checked, and what was wrong.
#[derive(Default)]
pub struct Report {
    checked: BTreeMap<&'static str, u64>,
    failures: Vec<String>,
    file: &'static str,
}

impl Report {
    pub fn begin(&mut self, file: &'static str) {
        self.file = file;
    }

    pub fn fail(&mut self, what: &str) {
        self.failures.push(format!("{}: {what}", self.file));
    }

    /// All vectors of a part of the file, each of which says what is wrong.
    pub fn each(&mut self, vectors: &Value, part: &str, check: impl Fn(&Value) -> Result<(), Failure>) {
        let all = match list(vectors, part) {
            Ok(all) => all,
            Err(Failure { message, .. }) => return self.fail(&message),
        };
        for (at, vector) in all.iter().enumerate() {
            *self.checked.entry(self.file).or_default() += 1;
            if let Err(Failure { message, .. }) = check(vector) {
                let named = ["description", "name", "reason"].iter().find_map(|field| vector[*field].as_str());
                self.fail(&format!("{part} {at} ({}): {message}", named.unwrap_or("")));
            }
        }
    }

    pub fn into_json(self) -> Value {
        json!({ "checked": self.checked, "failures": self.failures })
    }
}

pub fn same<T: PartialEq + Debug>(what: &str, found: T, expected: T) -> Result<(), Failure> {
    if found == expected { Ok(()) } else { Err(wrong(format!("{what} is {found:?}, not {expected:?}"))) }
}

pub fn wrong(what: impl Into<String>) -> Failure {
    Failure::new("wrong", what.into())
}

/// What must be refused, with the reason if there is one to tell.
pub fn refused<T>(result: Result<T, String>, expected: Option<&str>) -> Result<(), Failure> {
    match (result, expected) {
        (Ok(_), _) => Err(wrong("it was taken")),
        (Err(reason), Some(expected)) => same("the reason", reason.as_str(), expected),
        (Err(_), None) => Ok(()),
    }
}
