//! Reads spec/vectors/*.json, and checks what this implementation has of them.

mod broadcast;
mod direct;
mod framing;
mod mailbox;
mod offers;
mod place;
mod reconcile;
mod record;
mod replica;
mod report;

use report::Report;
use serde_json::Value;
use std::path::Path;

type Check = fn(&Value, &mut Report);

const CHECKS: [(&str, Check); 18] = [
    ("broadcast-valid.json", broadcast::valid),
    ("broadcast-invalid.json", broadcast::invalid),
    ("direct-valid.json", direct::valid),
    ("direct-invalid.json", direct::invalid),
    ("framing-valid.json", framing::check),
    ("framing-invalid.json", framing::check),
    ("mailbox-valid.json", mailbox::valid),
    ("mailbox-invalid.json", mailbox::invalid),
    ("offers-valid.json", offers::valid),
    ("offers-invalid.json", offers::invalid),
    ("place-valid.json", place::valid),
    ("place-invalid.json", place::invalid),
    ("reconcile-valid.json", reconcile::valid),
    ("reconcile-invalid.json", reconcile::invalid),
    ("record-valid.json", record::valid),
    ("record-invalid.json", record::invalid),
    ("replica-valid.json", replica::valid),
    ("replica-invalid.json", replica::invalid),
];

pub fn check(directory: &Path) -> Value {
    let mut report = Report::default();
    for (file, check) in CHECKS {
        report.begin(file);
        let content = std::fs::read(directory.join(file)).map_err(|error| error.to_string());
        match content.and_then(|json| serde_json::from_slice(&json).map_err(|error| error.to_string())) {
            Ok(vectors) => check(&vectors, &mut report),
            Err(error) => report.fail(&error),
        }
    }
    report.into_json()
}
