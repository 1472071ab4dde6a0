package direct

import (
	"context"
	"errors"
	"fmt"

	"github.com/libp2p/go-libp2p/core/host"
	"github.com/libp2p/go-libp2p/core/network"
	"github.com/libp2p/go-libp2p/core/peer"
	"github.com/libp2p/go-libp2p/core/protocol"

	"stoa.test/interop/framing"
)

// A small window, so that streamed answers need credit.
const windowBytes = 64

// CallError is an ERROR frame, its name as the code.
type CallError struct {
	Code string
	Text string
}

func (e *CallError) Error() string { return fmt.Sprintf("%s: %s", e.Code, e.Text) }

// Call asks for one answer, or for a stream where that is what there is. Items are nil when there was one answer.
func Call(ctx context.Context, h host.Host, to peer.ID, id protocol.ID, request []byte) (payload []byte, items [][]byte, err error) {
	if len(request) > maxMessageBytes {
		return nil, nil, &CallError{Code: ErrorNames[TooLarge], Text: "the request is over its limit"}
	}
	stream, err := h.NewStream(ctx, to, id)
	if err != nil {
		return nil, nil, err
	}
	defer stream.Close()
	if deadline, ok := ctx.Deadline(); ok {
		_ = stream.SetDeadline(deadline)
	}
	caller := caller{stream: stream, state: NewCallerState(), reader: framing.NewReader(stream, MaxFrameBytes(maxMessageBytes, maxMessageBytes))}
	payload, items, err = caller.ask(request, 0)
	var failed *CallError
	if errors.As(err, &failed) && failed.Code == ErrorNames[IsStream] {
		return caller.ask(request, windowBytes)
	}
	return payload, items, err
}

type caller struct {
	stream network.Stream
	state  *CallerState
	reader *framing.Reader
}

func (c *caller) ask(request []byte, credit uint32) (payload []byte, items [][]byte, err error) {
	id := c.state.Ask(credit)
	if err := c.write(Frame{Kind: Request, ID: id, Credit: credit, Payload: request}); err != nil {
		return nil, nil, err
	}
	consumed := uint32(0)
	for {
		frame, err := c.read()
		if err != nil {
			return nil, nil, err
		}
		if frame.ID != id {
			continue
		}
		switch frame.Kind {
		case Response:
			if items != nil {
				return nil, append(items, frame.Payload), nil
			}
			return frame.Payload, nil, nil
		case Error:
			return nil, items, &CallError{Code: errorName(frame.Error), Text: string(frame.Payload)}
		case End:
			if items == nil {
				items = [][]byte{}
			}
			return nil, items, nil
		case Item:
			items = append(items, frame.Payload)
			consumed += uint32(len(frame.Payload)) + itemOverhead
			if consumed >= credit/2 {
				c.state.Grant(id, consumed)
				if err := c.write(Frame{Kind: Credit, ID: id, Credit: consumed}); err != nil {
					return nil, nil, err
				}
				consumed = 0
			}
		}
	}
}

// read is the next frame that somebody waits for.
func (c *caller) read() (Frame, error) {
	for {
		body, err := c.reader.Next()
		if err != nil {
			return Frame{}, fmt.Errorf("disconnected: %w", err)
		}
		frame, err := Decode(body)
		wanted := false
		if err == nil {
			wanted, err = c.state.Read(frame)
		}
		if err != nil {
			_ = c.stream.Reset()
			return Frame{}, err
		}
		if wanted {
			return frame, nil
		}
	}
}

func (c *caller) write(f Frame) error {
	_, err := c.stream.Write(framing.Frame(f.Encode()))
	return err
}

func errorName(code uint32) string {
	if code == 0 || code >= uint32(len(ErrorNames)) {
		return ErrorNames[Failed]
	}
	return ErrorNames[code]
}
