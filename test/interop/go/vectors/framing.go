package vectors

import (
	"fmt"

	"stoa.test/interop/framing"
)

type framingFile struct {
	Vectors []struct {
		Description   string
		MaxFrameBytes int
		Chunks        []Hex
		Frames        []Hex
		Error         string
	}
}

func framingValid(f *file) {
	var vectors framingFile
	f.load(&vectors)
	for _, v := range vectors.Vectors {
		decoder := framing.Decoder{MaxBytes: v.MaxFrameBytes}
		frames := []Hex{}
		var failed error
		for _, chunk := range v.Chunks {
			whole, err := decoder.Push(chunk)
			for _, frame := range whole {
				frames = append(frames, frame)
			}
			if err != nil {
				failed = err
				break
			}
		}
		if failed == nil {
			failed = decoder.End()
		}
		want := "<nil>"
		if v.Error != "" {
			want = v.Error
		}
		f.equal(v.Description, fmt.Sprint(frames, failed), fmt.Sprint(v.Frames, " ", want))
	}
}

func framingInvalid(f *file) { framingValid(f) }
