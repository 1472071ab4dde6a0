package vectors

import (
	"errors"
	"slices"

	"stoa.test/interop/direct"
	"stoa.test/interop/framing"
)

type directFile struct {
	Frames []struct {
		Description string
		Frame       Hex
		Fields      struct {
			Kind    string
			ID      uint32
			Credit  uint32
			Error   string
			Payload Hex
		}
	}
	Streams []struct {
		Description     string
		To              string
		AskedWithCredit []uint32
		Stream          Hex
	}
}

const directLimit = 1000

func directValid(f *file) {
	var vectors directFile
	f.load(&vectors)
	for _, v := range vectors.Frames {
		decoder := framing.Decoder{MaxBytes: 1 << 20}
		frames, err := decoder.Push(v.Frame)
		if err != nil || len(frames) != 1 {
			f.check(v.Description, "it is not one frame")
			continue
		}
		want := direct.Frame{
			Kind: direct.Kind(slices.Index(direct.KindNames, v.Fields.Kind)), ID: v.Fields.ID, Credit: v.Fields.Credit,
			Error: uint32(slices.Index(direct.ErrorNames, v.Fields.Error)), Payload: v.Fields.Payload,
		}
		got, err := direct.Decode(frames[0])
		if err != nil {
			f.check(v.Description, err.Error())
			continue
		}
		f.equal(v.Description, got, want)
	}
	for _, v := range vectors.Streams {
		wrong := ""
		if err := readDirect(v.To, v.AskedWithCredit, v.Stream); err != nil {
			wrong = err.Error()
		}
		f.check(v.Description, wrong)
	}
}

func directInvalid(f *file) {
	var vectors directFile
	f.load(&vectors)
	for _, v := range vectors.Streams {
		f.refused(v.Description, readDirect(v.To, v.AskedWithCredit, v.Stream))
	}
}

// readDirect gives what arrives to one side; an error means that the stream ends.
func readDirect(to string, askedWithCredit []uint32, stream []byte) error {
	decoder := framing.Decoder{MaxBytes: direct.MaxFrameBytes(directLimit, directLimit)}
	frames, bad := decoder.Push(stream)
	caller, answerer := direct.NewCallerState(), direct.NewAnswererState()
	for _, credit := range askedWithCredit {
		caller.Ask(credit)
	}
	for _, body := range frames {
		frame, err := direct.Decode(body)
		if err == nil && to == "caller" {
			_, err = caller.Read(frame)
		} else if err == nil {
			err = answerer.Read(frame)
			// the handler answers at once, unless it is asked never to
			if frame.Kind == direct.Request && string(frame.Payload) != "never" {
				answerer.Answered(frame.ID)
			}
		}
		if err != nil {
			return err
		}
	}
	return errors.Join(bad)
}
