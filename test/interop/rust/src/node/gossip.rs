use super::{Handle, Node, READY_TIMEOUT};
use crate::core::broadcast::{MAX_MESSAGE_BYTES, message_id, wire_bytes};
use crate::failure::Failure;
use libp2p::gossipsub::{
    Behaviour, ConfigBuilder, DataTransform, Event, IdentTopic, Message, MessageAcceptance, MessageAuthenticity,
    MessageId, PublishError, RawMessage, TopicHash, ValidationMode,
};
use serde_json::{Value, json};
use std::collections::HashMap;
use std::io;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::sync::mpsc;

/// spec/broadcast.md §6. The default, 65,536, is too little for a message of 65,536 bytes: rust-gossipsub counts the length prefix, and what it has read behind
/// the frame.
const MAX_FRAME_BYTES: usize = 262_144;

/// Copies of messages that arrived, on each topic.
#[derive(Clone, Default)]
pub struct Received(Arc<Mutex<HashMap<TopicHash, u64>>>);

/// Changes nothing: it sees every copy of a message, where events tell of the first only.
#[derive(Default)]
pub struct Counting(Received);

impl DataTransform for Counting {
    fn inbound_transform(&self, raw: RawMessage) -> io::Result<Message> {
        *self.0.0.lock().expect("nobody panics with it").entry(raw.topic.clone()).or_default() += 1;
        let RawMessage { source, data, sequence_number, topic, .. } = raw;
        Ok(Message { source, data, sequence_number, topic })
    }

    fn outbound_transform(&self, _topic: &TopicHash, data: Vec<u8>) -> io::Result<Vec<u8>> {
        Ok(data)
    }
}

struct Topic {
    max_message_bytes: usize,
    first_copies: u64,
    delivered: u64,
}

pub struct Counts {
    pub delivered: u64,
    /// Further copies of any.
    pub duplicates: u64,
    /// Peers in the mesh.
    pub mesh: usize,
}

pub struct Gossip {
    topics: HashMap<TopicHash, Topic>,
    received: Received,
    events: mpsc::UnboundedSender<Value>,
}

impl Gossip {
    pub fn new(received: Received, events: mpsc::UnboundedSender<Value>) -> Self {
        Gossip { topics: HashMap::new(), received, events }
    }
}

/// spec/broadcast.md §1 and §3.
pub fn behaviour(is_outside_mesh: bool, received: Received) -> Result<Behaviour<Counting>, Failure> {
    let mut config = ConfigBuilder::default();
    config
        .validation_mode(ValidationMode::Anonymous)
        .validate_messages()
        .message_id_fn(|message| MessageId::from(message_id(message.topic.as_str(), &message.data)))
        .max_transmit_size(MAX_FRAME_BYTES)
        .max_control_message_size(MAX_FRAME_BYTES)
        .duplicate_cache_time(Duration::from_secs(120))
        .heartbeat_initial_delay(Duration::from_millis(100));
    if is_outside_mesh {
        config.mesh_outbound_min(0).mesh_n_low(0).mesh_n(0).mesh_n_high(0);
    }
    let config = config.build()?;
    Behaviour::new_with_transform(MessageAuthenticity::Anonymous, config, Counting(received))
        .map_err(crate::failure::failed)
}

impl Handle {
    pub async fn subscribe(&self, topic: String, max_message_bytes: Option<usize>) -> Result<(), Failure> {
        self.call(move |node| {
            let topic = IdentTopic::new(topic);
            node.swarm.behaviour_mut().gossipsub.subscribe(&topic)?;
            let max_message_bytes = max_message_bytes.unwrap_or(MAX_MESSAGE_BYTES).min(MAX_MESSAGE_BYTES);
            let opened = Topic { max_message_bytes, first_copies: 0, delivered: 0 };
            node.gossip.topics.insert(topic.hash(), opened);
            Ok(())
        })
        .await?
    }

    /// Waits for somebody who is interested in the topic.
    pub async fn publish(&self, topic: String, data: Vec<u8>) -> Result<MessageId, Failure> {
        let attempt = move |node: &mut Node| match node.publish(&topic, &data) {
            Err(PublishError::NoPeersSubscribedToTopic) => None,
            result => Some(result),
        };
        Ok(self.until(&format!("a subscriber for {} s", READY_TIMEOUT.as_secs()), attempt).await??)
    }

    pub async fn counts(&self, topic: String) -> Result<Counts, Failure> {
        self.call(move |node| {
            let topic = TopicHash::from_raw(topic);
            let opened = node.gossip.topics.get(&topic).ok_or_else(|| Failure::new("not-subscribed", &topic))?;
            let copies =
                *node.gossip.received.0.lock().expect("nobody panics with it").entry(topic.clone()).or_default();
            let duplicates = copies - opened.first_copies;
            let mesh = node.swarm.behaviour().gossipsub.mesh_peers(&topic).count();
            Ok(Counts { delivered: opened.delivered, duplicates, mesh })
        })
        .await?
    }
}

impl Node {
    fn publish(&mut self, topic: &str, data: &[u8]) -> Result<MessageId, PublishError> {
        let hash = TopicHash::from_raw(topic);
        let limit = self.gossip.topics.get(&hash).map_or(MAX_MESSAGE_BYTES, |topic| topic.max_message_bytes);
        if wire_bytes(topic.len(), data.len()) > limit {
            return Err(PublishError::MessageTooLarge);
        }
        self.swarm.behaviour_mut().gossipsub.publish(hash, data)
    }

    pub fn on_gossipsub(&mut self, event: Event) {
        let Event::Message { propagation_source, message_id, message } = event else {
            return;
        };
        let acceptance = self.judge(&propagation_source.to_string(), &message_id, &message);
        let gossipsub = &mut self.swarm.behaviour_mut().gossipsub;
        gossipsub.report_message_validation_result(&message_id, &propagation_source, acceptance);
    }

    fn judge(&mut self, from: &str, id: &MessageId, message: &Message) -> MessageAcceptance {
        let Some(topic) = self.gossip.topics.get_mut(&message.topic) else {
            return MessageAcceptance::Ignore;
        };
        topic.first_copies += 1;
        let length = wire_bytes(message.topic.as_str().len(), message.data.len());
        if length > topic.max_message_bytes {
            eprintln!("rejected {length} bytes on {} from {from}", message.topic);
            return MessageAcceptance::Reject;
        }
        topic.delivered += 1;
        let event = json!({
            "event": "message",
            "topic": message.topic.as_str(),
            "data": hex::encode(&message.data),
            "id": hex::encode(&id.0),
            "from": from,
        });
        let _ = self.gossip.events.send(event);
        MessageAcceptance::Accept
    }
}
