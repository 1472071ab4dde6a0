package gossip

import "time"

const (
	seenTime = 2 * time.Minute
	// Heartbeats for which messages are held, and for which they are told of.
	historyLength, historyGossip = 5, 3
)

type messageID [32]byte

// cache remembers messages, and for longer their ids.
type cache struct {
	seen    map[messageID]time.Time
	held    map[messageID]message
	history [historyLength][]messageID
}

func newCache() *cache {
	return &cache{seen: map[messageID]time.Time{}, held: map[messageID]message{}}
}

// see tells whether an id is new.
func (c *cache) see(id messageID, now time.Time) bool {
	if _, known := c.seen[id]; known {
		return false
	}
	c.seen[id] = now
	return true
}

func (c *cache) hold(id messageID, m message) {
	c.held[id] = m
	c.history[0] = append(c.history[0], id)
}

// recent are the ids of a topic to tell of.
func (c *cache) recent(topic string) [][]byte {
	var ids [][]byte
	for _, window := range c.history[:historyGossip] {
		for _, id := range window {
			if c.held[id].topic == topic {
				ids = append(ids, id[:])
			}
		}
	}
	return ids
}

// shift is a heartbeat.
func (c *cache) shift(now time.Time) {
	for _, id := range c.history[historyLength-1] {
		delete(c.held, id)
	}
	copy(c.history[1:], c.history[:historyLength-1])
	c.history[0] = nil
	for id, at := range c.seen {
		if now.Sub(at) > seenTime {
			delete(c.seen, id)
		}
	}
}
