use crate::core::record::{Limits, Record};
use crate::direct::{request::Answer, serve};
use crate::failure::Failure;
use crate::json::{bytes, flag, key, list, number, text};
use crate::node::{self, Handle, Options};
use crate::vectors;
use libp2p::{PeerId, StreamProtocol};
use serde_json::{Value, json};
use std::path::Path;
use tokio::sync::{Mutex, mpsc};

const NO_REPLICA: &str = "it signs and verifies records, and has no replica that holds them";
const NO_MAIL: &str = "it opens the letters of the vectors, and neither sends nor keeps any";

/// Commands that this peer has not, and why.
const UNSUPPORTED: [(&str, &str); 8] = [
    ("offers", NO_REPLICA),
    ("offer-put", NO_REPLICA),
    ("offers-list", NO_REPLICA),
    ("sync", NO_REPLICA),
    ("mail-key", NO_MAIL),
    ("mail-send", NO_MAIL),
    ("mail-list", NO_MAIL),
    ("mail-ack", NO_MAIL),
];

/// Versions of what Cargo.lock pins.
const LOCK: &str = include_str!("../Cargo.lock");
const VERSIONS: [&str; 4] = ["libp2p", "libp2p-gossipsub", "libp2p-kad", "negentropy"];

pub struct Peer {
    node: Mutex<Option<Handle>>,
    events: mpsc::UnboundedSender<Value>,
}

impl Peer {
    pub fn new(events: mpsc::UnboundedSender<Value>) -> Self {
        Peer { node: Mutex::new(None), events }
    }

    pub async fn run(&self, request: &Value) -> Result<Value, Failure> {
        match text(request, "cmd")? {
            "hello" => Ok(hello()),
            "start" => self.start(request).await,
            "stop" => self.stop().await,
            "dial" => self.dial(text(request, "addr")?).await,
            "ping" => {
                let elapsed = self.node().await?.ping(peer(request)?).await?;
                Ok(json!({ "ms": elapsed.as_secs_f64() * 1_000.0 }))
            }
            "identify" => {
                let info = self.node().await?.identify(peer(request)?).await?;
                let protocols: Vec<&str> = info.protocols.iter().map(AsRef::as_ref).collect();
                Ok(json!({ "protocols": protocols, "agent": info.agent_version }))
            }
            "peers" => {
                let peers: Vec<String> = self.node().await?.peers().await?.iter().map(PeerId::to_string).collect();
                Ok(json!({ "peers": peers }))
            }
            "subscribe" => {
                let size = request["size"].as_u64().map(|size| size as usize);
                self.node().await?.subscribe(text(request, "topic")?.to_owned(), size).await?;
                Ok(json!({}))
            }
            "publish" => {
                let topic = text(request, "topic")?.to_owned();
                let id = self.node().await?.publish(topic, bytes(request, "data")?).await?;
                Ok(json!({ "id": hex::encode(id.0) }))
            }
            "counts" => {
                let counts = self.node().await?.counts(text(request, "topic")?.to_owned()).await?;
                Ok(json!({ "delivered": counts.delivered, "duplicates": counts.duplicates, "mesh": counts.mesh }))
            }
            "dht" => {
                self.node().await?.serve_dht(text(request, "protocol")?.to_owned()).await?;
                Ok(json!({}))
            }
            "find-peer" => {
                let addrs = self.node().await?.find_peer(peer(request)?).await?;
                Ok(json!({ "addrs": addrs }))
            }
            "direct-serve" => {
                let behaviour = serve::behaviour(text(request, "behaviour")?)?;
                serve::serve(&mut self.node().await?.control, protocol(request)?, behaviour)?;
                Ok(json!({}))
            }
            "direct-request" => self.direct_request(request).await,
            "record-sign" => record_sign(&request["fields"]),
            "record-verify" => record_verify(request),
            "vectors" => {
                let dir = text(request, "dir")?.to_owned();
                Ok(tokio::task::spawn_blocking(move || vectors::check(Path::new(&dir))).await?)
            }
            other => Err(unsupported(other)),
        }
    }

    async fn node(&self) -> Result<Handle, Failure> {
        self.node.lock().await.clone().ok_or_else(|| Failure::new("not-started", "start comes first"))
    }

    async fn start(&self, request: &Value) -> Result<Value, Failure> {
        let addrs = list(request, "listen")?.iter().map(|addr| Ok(addr.as_str().unwrap_or_default().parse()?));
        let options = Options {
            network: text(request, "network")?.to_owned(),
            listen: addrs.collect::<Result<_, Failure>>()?,
            seed: if request["key"].is_string() { Some(key(request, "key")?) } else { None },
            is_outside_mesh: flag(request, "outsideMesh"),
        };
        let (handle, addrs) = node::start(options, self.events.clone()).await?;
        let started = json!({ "peer": handle.peer.to_string(), "addrs": addrs });
        *self.node.lock().await = Some(handle);
        Ok(started)
    }

    async fn stop(&self) -> Result<Value, Failure> {
        let node = self.node.lock().await.take();
        if let Some(handle) = node {
            handle.stop().await;
        }
        Ok(json!({}))
    }

    async fn dial(&self, addr: &str) -> Result<Value, Failure> {
        let dialed = self.node().await?.dial(addr.parse()?).await?;
        // what was negotiated is not told; these are all that the swarm has
        Ok(json!({
            "peer": dialed.peer.to_string(),
            "transport": dialed.transport,
            "security": "/noise",
            "muxer": "/yamux/1.0.0",
        }))
    }

    async fn direct_request(&self, request: &Value) -> Result<Value, Failure> {
        let Handle { callers, mut control, .. } = self.node().await?;
        let payload = bytes(request, "data")?;
        match callers.request(&mut control, peer(request)?, protocol(request)?, payload).await? {
            Answer::One(data) => Ok(json!({ "data": hex::encode(data) })),
            Answer::Items(items) => Ok(json!({ "items": items.iter().map(hex::encode).collect::<Vec<_>>() })),
        }
    }
}

fn unsupported(command: &str) -> Failure {
    let reason = UNSUPPORTED.iter().find(|(name, _)| *name == command).map(|(_, reason)| *reason);
    Failure::new("unsupported", reason.unwrap_or("there is no such command"))
}

fn peer(request: &Value) -> Result<PeerId, Failure> {
    Ok(text(request, "peer")?.parse()?)
}

fn protocol(request: &Value) -> Result<StreamProtocol, Failure> {
    Ok(StreamProtocol::try_from_owned(text(request, "protocol")?.to_owned())?)
}

fn hello() -> Value {
    let version = |name: &&str| {
        let (_, entry) = LOCK.split_once(&format!("name = \"{name}\"\nversion = \"")).expect("it is locked");
        (name.to_string(), Value::from(entry.split('"').next()))
    };
    json!({
        "language": "Rust",
        "version": VERSIONS.iter().map(version).collect::<serde_json::Map<_, _>>(),
        "unsupported": UNSUPPORTED.iter().map(|(name, why)| (name.to_string(), Value::from(*why))).collect::<serde_json::Map<_, _>>(),
    })
}

fn record_sign(fields: &Value) -> Result<Value, Failure> {
    let record = Record {
        owner: [0; 32],
        space: text(fields, "space")?.to_owned(),
        name: bytes(fields, "name")?,
        seq: number(fields, "seq")?,
        created_ms: number(fields, "createdMs")?,
        expires_ms: number(fields, "expiresMs")?,
        holds_ms: number(fields, "holdsMs")?,
        body: if fields["body"].is_string() { Some(bytes(fields, "body")?) } else { None },
    };
    Ok(json!({ "bytes": hex::encode(record.sign(&key(fields, "seed")?, text(fields, "network")?)) }))
}

fn record_verify(request: &Value) -> Result<Value, Failure> {
    let network = text(request, "network")?;
    Ok(match Record::verify(&bytes(request, "bytes")?, network, Limits::default()) {
        Ok(_) => json!({ "valid": true }),
        Err(reason) => json!({ "valid": false, "reason": reason }),
    })
}
