package direct

import "fmt"

const (
	maxWindow    = 1<<32 - 1
	itemOverhead = 32 // of an item's payload, against the window (§5)
)

// AnswererState is what an answerer knows of the requests of one stream.
type AnswererState struct {
	lastID  uint32
	windows map[uint32]int64 // of streamed answers that are not complete
}

// NewAnswererState has read nothing.
func NewAnswererState() *AnswererState { return &AnswererState{windows: map[uint32]int64{}} }

// Read checks a frame of the caller; an error ends the stream (§8).
func (s *AnswererState) Read(f Frame) error {
	switch f.Kind {
	case Request:
		if f.ID <= s.lastID {
			return fmt.Errorf("request %d is not above %d", f.ID, s.lastID)
		}
		s.lastID = f.ID
		if f.Credit > 0 {
			s.windows[f.ID] = int64(f.Credit)
		}
		return nil
	case Notify:
		if f.ID != 0 {
			return fmt.Errorf("a notification with an id")
		}
		return nil
	case Cancel, Credit:
		if f.ID == 0 || f.ID > s.lastID {
			return fmt.Errorf("request %d was never made", f.ID)
		}
		if f.Kind == Cancel {
			s.Answered(f.ID)
			return nil
		}
		window, ok := s.windows[f.ID]
		if !ok {
			return nil
		}
		if window+int64(f.Credit) > maxWindow {
			return fmt.Errorf("the window is too large")
		}
		s.windows[f.ID] = window + int64(f.Credit)
		return nil
	}
	return fmt.Errorf("kind %d is not for an answerer", f.Kind)
}

// MaySend tells whether an item of a streamed answer may be sent now; it is false as well when nobody waits for it.
func (s *AnswererState) MaySend(id uint32) bool { return s.windows[id] > 0 }

// Waits tells whether a streamed answer is still wanted.
func (s *AnswererState) Waits(id uint32) bool {
	_, ok := s.windows[id]
	return ok
}

// Sent takes an item from the window.
func (s *AnswererState) Sent(id uint32, bytes int) { s.windows[id] -= int64(bytes) + itemOverhead }

// Answered ends a request.
func (s *AnswererState) Answered(id uint32) { delete(s.windows, id) }

// CallerState is what a caller knows of its requests on one stream.
type CallerState struct {
	lastID  uint32
	pending map[uint32]*asked
}

type asked struct {
	streamed bool
	window   int64
}

// NewCallerState has asked nothing.
func NewCallerState() *CallerState { return &CallerState{pending: map[uint32]*asked{}} }

// Ask gives the next id.
func (s *CallerState) Ask(credit uint32) uint32 {
	s.lastID++
	s.pending[s.lastID] = &asked{streamed: credit > 0, window: int64(credit)}
	return s.lastID
}

// Grant adds credit that is sent.
func (s *CallerState) Grant(id, credit uint32) {
	if request, ok := s.pending[id]; ok {
		request.window += int64(credit)
	}
}

// Read checks a frame of the answerer; an error ends the stream (§8). It tells whether somebody waits for the frame.
func (s *CallerState) Read(f Frame) (wanted bool, err error) {
	if f.Kind != Response && f.Kind != Item && f.Kind != End && f.Kind != Error {
		return false, fmt.Errorf("kind %d is not for a caller", f.Kind)
	}
	if f.ID == 0 || f.ID > s.lastID {
		return false, fmt.Errorf("request %d was never made", f.ID)
	}
	request, ok := s.pending[f.ID]
	if !ok {
		return false, nil
	}
	if !request.streamed && (f.Kind == Item || f.Kind == End) {
		return false, fmt.Errorf("a streamed answer to a request for one")
	}
	if request.streamed && (f.Kind == Item || f.Kind == Response) {
		if request.window <= 0 {
			return false, fmt.Errorf("more than the window")
		}
		request.window -= int64(len(f.Payload)) + itemOverhead
	}
	if f.Kind != Item {
		delete(s.pending, f.ID)
	}
	return true, nil
}
