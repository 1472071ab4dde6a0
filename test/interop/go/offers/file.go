package offers

import (
	"bytes"
	"errors"

	"stoa.test/interop/framing"
	"stoa.test/interop/replica"
	"stoa.test/interop/wire"
)

const (
	fileStart     = "stoa-offers\x01"
	maxFrameBytes = 65536
)

// ErrFile is a file that is refused whole (§7).
var ErrFile = errors.New("bad-file")

// File is what could be read of one. An entry of nil bytes at a place in Bad is none.
type File struct {
	Market   string
	Entries  []replica.WireEntry
	Bad      []int
	Complete bool
}

// ReadFile of a network. Entries count with the bad ones.
func ReadFile(b []byte, network string) (File, error) {
	rest, found := bytes.CutPrefix(b, []byte(fileStart))
	if !found {
		return File{}, ErrFile
	}
	decoder := framing.Decoder{MaxBytes: maxFrameBytes}
	frames, bad := decoder.Push(rest)
	if len(frames) == 0 {
		return File{}, ErrFile
	}
	var file File
	if !file.header(frames[0], network) {
		return File{}, ErrFile
	}
	for _, frame := range frames[1:] {
		if len(frame) == 0 {
			file.Complete = true
			return file, nil
		}
		entry, err := replica.DecodeEntry(frame)
		if err != nil || len(entry.Bytes) == 0 {
			file.Bad = append(file.Bad, len(file.Entries))
			entry = replica.WireEntry{}
		}
		file.Entries = append(file.Entries, entry)
	}
	if bad != nil {
		file.Bad = append(file.Bad, len(file.Entries))
		file.Entries = append(file.Entries, replica.WireEntry{})
	}
	return file, nil
}

func (f *File) header(b []byte, network string) bool {
	fields, err := wire.Fields(b)
	if err != nil {
		return false
	}
	named := ""
	for _, field := range fields {
		switch {
		case field.Number == 1 && field.Type == wire.TypeBytes:
			named = string(field.Bytes)
		case field.Number == 2 && field.Type == wire.TypeBytes:
			f.Market = string(field.Bytes)
		}
	}
	return named == network
}
