package replica

import (
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/libp2p/go-libp2p/core/network"

	"stoa.test/interop/framing"
	"stoa.test/interop/reconcile"
)

const (
	maxRounds = 20
	// Of this program's own messages; go-nostr may go a little beyond it.
	reconcileFrameBytes = 131072
	maxUnansweredIDs    = 4096
	sessionTime         = 40 * time.Second
	silenceTime         = 15 * time.Second
	// Of the entries in one frame, so that another one of 61,440 bytes fits.
	entriesBytes = 180000
)

// Stats of a session.
type Stats struct {
	Received int
	Sent     int
	Rounds   int
}

var reconcileLimits = reconcile.Limits{MaxMessageBytes: maxReconcileBytes, MaxRanges: maxReconcileBytes / 3, MaxIDs: maxReconcileBytes / 32}

// errBroken is a lie of the other side (§8).
var errBroken = errors.New("the other side broke the rules")

// EndedError is an End of the other side in place of what was expected.
type EndedError struct{ Code int }

func (e *EndedError) Error() string {
	return fmt.Sprintf("the other side ended the session with code %d", e.Code)
}

// IsBusy tells whether to try again later.
func (e *EndedError) IsBusy() bool { return e.Code == endBusy || e.Code == endNotReady }

// link writes from a queue, so that a side goes on reading while what it writes finds no room.
type link struct {
	replica *Replica
	stream  network.Stream
	reader  *framing.Reader
	queue   chan Message
	flushed chan struct{}
	awaited [][32]byte // ids whose entries have to come, in order
	stats   Stats
}

func newLink(r *Replica, stream network.Stream) *link {
	_ = stream.SetDeadline(time.Now().Add(sessionTime))
	l := &link{replica: r, stream: stream, reader: framing.NewReader(stream, MaxFrameBytes), queue: make(chan Message, 4096), flushed: make(chan struct{})}
	go l.write()
	return l
}

func (l *link) write() {
	defer close(l.flushed)
	for message := range l.queue {
		if _, err := l.stream.Write(framing.Frame(message.Encode())); err != nil {
			_ = l.stream.Reset()
			for range l.queue {
			}
			return
		}
	}
}

func (l *link) send(m Message) { l.queue <- m }

func (l *link) read() (Message, error) {
	_ = l.stream.SetReadDeadline(time.Now().Add(silenceTime))
	body, err := l.reader.Next()
	if err != nil {
		return Message{}, err
	}
	return DecodeMessage(body)
}

func (l *link) hello() error {
	m, err := l.read()
	if err != nil {
		return err
	}
	if m.End != nil {
		return &EndedError{Code: *m.End}
	}
	if m.Hello == nil {
		return errBroken
	}
	return nil
}

// close says why, unless all went well, and waits until that is written.
func (l *link) close(err error) {
	if errors.Is(err, errBroken) || errors.Is(err, errMessage) || errors.Is(err, reconcile.ErrMalformed) {
		l.send(end(EndBadMessage))
	}
	close(l.queue)
	<-l.flushed
	if err != nil && !errors.Is(err, io.EOF) {
		_ = l.stream.CloseWrite()
		_ = l.stream.CloseRead()
		return
	}
	_ = l.stream.Close()
}

// sendEntries answers ids, each once and in order, in any number of messages.
func (l *link) sendEntries(ids [][32]byte) {
	var batch []WireEntry
	size := 0
	flush := func() {
		if len(batch) > 0 {
			l.send(Message{Entries: batch})
			batch, size = nil, 0
		}
	}
	for _, id := range ids {
		entry := WireEntry{}
		if held := l.replica.Set.ByItem(id); held != nil {
			entry = held.Wire()
			l.stats.Sent++
		}
		batch = append(batch, entry)
		size += len(entry.Bytes) + 64
		if size > entriesBytes {
			flush()
		}
	}
	flush()
}

// takeEntries holds entries that were asked for.
func (l *link) takeEntries(entries []WireEntry) error {
	if len(entries) == 0 || len(entries) > len(l.awaited) {
		return errBroken
	}
	for _, entry := range entries {
		id := l.awaited[0]
		l.awaited = l.awaited[1:]
		if len(entry.Bytes) == 0 {
			continue
		}
		parsed, err := l.replica.Take(entry)
		if errors.Is(err, ErrMalformed) || errors.Is(err, ErrBadStamp) || itemID(parsed, entry) != id {
			return errBroken
		}
		if err == nil {
			l.stats.Received++
		}
	}
	return nil
}

// missing are those ids that are not held.
func (l *link) missing(ids [][32]byte) [][32]byte {
	missing := [][32]byte{}
	for _, id := range ids {
		if l.replica.Set.ByItem(id) == nil {
			missing = append(missing, id)
		}
	}
	return missing
}

func end(code int) Message { return Message{End: &code} }
