package direct

import (
	"bytes"
	"errors"
	"sync"

	"github.com/libp2p/go-libp2p/core/network"

	"stoa.test/interop/framing"
)

// Limits of the protocols of this program (§2).
const maxMessageBytes = 1 << 20

// Behaviour is how a served protocol answers.
type Behaviour string

// Echo answers with the request, Fail with an error, Stream with three items: the request once, twice and three times.
const (
	Echo   Behaviour = "echo"
	Fail   Behaviour = "fail"
	Stream Behaviour = "stream"
)

// Handler answers a request with one answer, or with items when it is streamed.
type Handler func(request []byte, streamed bool) Answer

// Answer is one payload, items, or an error.
type Answer struct {
	Payload []byte
	Items   [][]byte
	Error   uint32
}

// Serve makes the handler of a behaviour.
func (b Behaviour) Serve(request []byte, streamed bool) Answer {
	switch {
	case b == Fail:
		return Answer{Error: Failed}
	case b == Stream && !streamed:
		return Answer{Error: IsStream}
	case b == Stream:
		return Answer{Items: [][]byte{request, bytes.Repeat(request, 2), bytes.Repeat(request, 3)}}
	}
	return Answer{Payload: request}
}

// HandleStream answers the requests of one stream until it ends.
func HandleStream(stream network.Stream, handle Handler) {
	a := &answerer{stream: stream, state: NewAnswererState(), queues: map[uint32][][]byte{}}
	reader := framing.NewReader(stream, MaxFrameBytes(maxMessageBytes, maxMessageBytes))
	var working sync.WaitGroup
	for {
		body, err := reader.Next()
		if err != nil {
			working.Wait()
			a.end(err)
			return
		}
		frame, err := Decode(body)
		if err == nil {
			err = a.read(frame)
		}
		if err != nil {
			_ = stream.Reset()
			return
		}
		switch frame.Kind {
		case Request:
			working.Go(func() { a.answer(frame, handle(frame.Payload, frame.Credit > 0)) })
		case Notify:
			handle(frame.Payload, false)
		case Credit:
			a.pump(frame.ID)
		}
	}
}

type answerer struct {
	stream network.Stream
	mutex  sync.Mutex
	state  *AnswererState
	queues map[uint32][][]byte // items that wait for credit
}

func (a *answerer) read(f Frame) error {
	a.mutex.Lock()
	defer a.mutex.Unlock()
	return a.state.Read(f)
}

func (a *answerer) end(err error) {
	if errors.Is(err, framing.ErrMalformed) || errors.Is(err, framing.ErrTooLarge) || errors.Is(err, framing.ErrTruncated) {
		_ = a.stream.Reset()
		return
	}
	_ = a.stream.Close()
}

func (a *answerer) answer(request Frame, answer Answer) {
	if answer.Items == nil {
		reply := Frame{Kind: Response, ID: request.ID, Payload: answer.Payload}
		if answer.Error != 0 {
			reply = Frame{Kind: Error, ID: request.ID, Error: answer.Error}
		}
		a.mutex.Lock()
		defer a.mutex.Unlock()
		a.state.Answered(request.ID)
		a.write(reply)
		return
	}
	a.mutex.Lock()
	a.queues[request.ID] = answer.Items
	a.mutex.Unlock()
	a.pump(request.ID)
}

// pump sends what the window allows.
func (a *answerer) pump(id uint32) {
	a.mutex.Lock()
	defer a.mutex.Unlock()
	items, ok := a.queues[id]
	if !ok {
		return
	}
	if !a.state.Waits(id) {
		delete(a.queues, id)
		return
	}
	for len(items) > 0 && a.state.MaySend(id) {
		a.state.Sent(id, len(items[0]))
		a.write(Frame{Kind: Item, ID: id, Payload: items[0]})
		items = items[1:]
	}
	a.queues[id] = items
	if len(items) == 0 {
		delete(a.queues, id)
		a.state.Answered(id)
		a.write(Frame{Kind: End, ID: id})
	}
}

func (a *answerer) write(f Frame) {
	if _, err := a.stream.Write(framing.Frame(f.Encode())); err != nil {
		_ = a.stream.Reset()
	}
}
