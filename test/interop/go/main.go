// A peer of the interop tests on go-libp2p: it reads commands on its standard input, a JSON object a line, and answers on its standard output.
// Our protocols are written here from spec/ alone.
package main

import (
	"bufio"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"log"
	"os"
	"sync"
)

const maxLineBytes = 16 << 20

// commandError is a failure with a code of its own; every other error has the code "failed".
type commandError struct{ code, message string }

func (e *commandError) Error() string { return e.message }

func unsupported(message string) error { return &commandError{"unsupported", message} }

// output writes whole lines.
type output struct {
	mutex sync.Mutex
	lines *json.Encoder
}

func (o *output) write(line any) {
	o.mutex.Lock()
	defer o.mutex.Unlock()
	if err := o.lines.Encode(line); err != nil {
		log.Fatal(err)
	}
}

// bytesArg is hexadecimal in a command and in an answer.
type bytesArg []byte

func (b *bytesArg) UnmarshalJSON(text []byte) error {
	var digits string
	if err := json.Unmarshal(text, &digits); err != nil {
		return err
	}
	decoded, err := hex.DecodeString(digits)
	*b = decoded
	return err
}

func (b bytesArg) MarshalJSON() ([]byte, error) { return json.Marshal(hex.EncodeToString(b)) }

type answer map[string]any

func main() {
	log.SetFlags(log.Ltime | log.Lmicroseconds)
	out := &output{lines: json.NewEncoder(os.Stdout)}
	p := &peerProgram{out: out}
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, maxLineBytes)
	for lines.Scan() {
		line := append([]byte(nil), lines.Bytes()...)
		var request struct {
			ID  int
			Cmd string
		}
		if err := json.Unmarshal(line, &request); err != nil {
			log.Printf("no request: %v", err)
			continue
		}
		go func() { out.write(reply(request.ID, func() (any, error) { return p.run(request.Cmd, line) })) }()
	}
	p.stop()
}

func reply(id int, run func() (any, error)) (line answer) {
	defer func() {
		if failure := recover(); failure != nil {
			line = answer{"id": id, "error": answer{"code": "failed", "message": fmt.Sprint(failure)}}
		}
	}()
	result, err := run()
	if err == nil {
		if result == nil {
			result = answer{}
		}
		return answer{"id": id, "ok": result}
	}
	code := "failed"
	var coded *commandError
	if errors.As(err, &coded) {
		code = coded.code
	}
	return answer{"id": id, "error": answer{"code": code, "message": err.Error()}}
}
