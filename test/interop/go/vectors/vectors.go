// Package vectors checks this implementation against spec/vectors.
package vectors

import (
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
)

// Result of all files: how many vectors of each were checked, and what went wrong.
type Result struct {
	Checked  map[string]int `json:"checked"`
	Failures []string       `json:"failures"`
	// Skipped are vectors that do not apply, with the reason.
	Skipped []string `json:"skipped"`
}

// checks of each file.
var checks = map[string]func(*file){
	"framing-valid.json":     framingValid,
	"framing-invalid.json":   framingInvalid,
	"direct-valid.json":      directValid,
	"direct-invalid.json":    directInvalid,
	"broadcast-valid.json":   broadcastValid,
	"broadcast-invalid.json": broadcastInvalid,
	"record-valid.json":      recordValid,
	"record-invalid.json":    recordInvalid,
	"reconcile-valid.json":   reconcileValid,
	"reconcile-invalid.json": reconcileInvalid,
	"place-valid.json":       placeValid,
	"place-invalid.json":     placeInvalid,
	"replica-valid.json":     replicaValid,
	"replica-invalid.json":   replicaInvalid,
	"offers-valid.json":      offersValid,
	"offers-invalid.json":    offersInvalid,
	"mailbox-valid.json":     mailboxValid,
	"mailbox-invalid.json":   mailboxInvalid,
	"mail-keys.json":         mailKeys,
}

// Check reads the files of a folder.
func Check(dir string) Result {
	result := Result{Checked: map[string]int{}, Failures: []string{}, Skipped: []string{}}
	for name, check := range checks {
		b, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			result.Failures = append(result.Failures, err.Error())
			continue
		}
		check(&file{name: name, bytes: b, result: &result})
	}
	return result
}

type file struct {
	name   string
	bytes  []byte
	result *Result
}

// load reads the file as its shape here; bytes are hexadecimal.
func (f *file) load(shape any) {
	if err := json.Unmarshal(f.bytes, shape); err != nil {
		f.fail("", "%v", err)
	}
}

func (f *file) fail(vector, format string, args ...any) {
	f.result.Failures = append(f.result.Failures, fmt.Sprintf("%s: %s: %s", f.name, vector, fmt.Sprintf(format, args...)))
}

func (f *file) skip(vector, reason string) {
	f.result.Skipped = append(f.result.Skipped, fmt.Sprintf("%s: %s: %s", f.name, vector, reason))
}

// check counts a vector; what is wrong with it is not empty.
func (f *file) check(vector, wrong string) {
	f.result.Checked[f.name]++
	if wrong != "" {
		f.fail(vector, "%s", wrong)
	}
}

// equal counts a vector whose outcome is this.
func (f *file) equal(vector string, got, want any) {
	a, b := fmt.Sprint(got), fmt.Sprint(want)
	wrong := ""
	if a != b {
		wrong = fmt.Sprintf("%.300s, not %.300s", a, b)
	}
	f.check(vector, wrong)
}

// refused counts a vector that must be refused.
func (f *file) refused(vector string, err error) {
	wrong := ""
	if err == nil {
		wrong = "it was taken"
	}
	f.check(vector, wrong)
}

// Hex is bytes in a vector.
type Hex []byte

// UnmarshalJSON reads hexadecimal text.
func (h *Hex) UnmarshalJSON(b []byte) error {
	var text *string
	if err := json.Unmarshal(b, &text); err != nil || text == nil {
		return err
	}
	decoded, err := hex.DecodeString(*text)
	*h = decoded
	if decoded == nil {
		*h = []byte{}
	}
	return err
}

func (h Hex) String() string { return hex.EncodeToString(h) }

func hash(h [32]byte) string { return hex.EncodeToString(h[:]) }
