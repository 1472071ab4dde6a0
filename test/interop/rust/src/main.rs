//! A peer of rust-libp2p, driven by JSON lines: test/interop/README.md.

mod commands;
mod core;
mod direct;
mod failure;
mod json;
mod node;
mod vectors;

use commands::Peer;
use failure::Failure;
use serde_json::{Value, json};
use std::io::Write;
use std::sync::Arc;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::sync::mpsc;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Failure> {
    let (lines, output) = mpsc::unbounded_channel();
    let peer = Arc::new(Peer::new(lines.clone()));
    let writing = tokio::spawn(write(output));
    let mut input = BufReader::new(tokio::io::stdin()).lines();
    while let Some(line) = input.next_line().await? {
        let request: Value = serde_json::from_str(&line)?;
        let (peer, lines) = (peer.clone(), lines.clone());
        tokio::spawn(async move {
            let answer = match peer.run(&request).await {
                Ok(ok) => json!({ "id": request["id"], "ok": ok }),
                Err(Failure { code, message }) => {
                    json!({ "id": request["id"], "error": { "code": code, "message": message } })
                }
            };
            let _ = lines.send(answer);
        });
    }
    writing.abort();
    Ok(())
}

async fn write(mut lines: mpsc::UnboundedReceiver<Value>) -> std::io::Result<()> {
    let mut out = std::io::stdout();
    while let Some(line) = lines.recv().await {
        writeln!(out, "{line}")?;
        out.flush()?;
    }
    Ok(())
}
