package report

import (
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/homesweep/homesweep/probes/lan"
)

// FuzzCompare: whatever a file of an earlier sweep holds, it is compared, told and
// redacted.
func FuzzCompare(f *testing.F) {
	for _, name := range []string{"home.json"} {
		text, err := os.ReadFile(filepath.Join("..", "..", "testdata", "sweeps", name))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(text)
	}
	f.Add([]byte(`{"schema":1,"devices":[{"id":"a"},{"id":"a","macs":["00:12:34:56:78:9a"]},{"findings":[{"verdict":"fail","severity":"act_now"}]}]}`))
	f.Fuzz(func(t *testing.T, file []byte) {
		var old lan.Sweep
		if len(file) > 1<<16 || json.Unmarshal(file, &old) != nil {
			return
		}
		now := home()
		for _, pair := range [][2]lan.Sweep{{old, now}, {now, old}, {old, old}} {
			ch := Compare(pair[0], pair[1])
			s := pair[1]
			s.Changes = &ch
			for _, out := range []lan.Sweep{s, Redact(s)} {
				if Text(io.Discard, out, TextOptions{}) != nil || JSON(io.Discard, out) != nil || CSV(io.Discard, out) != nil {
					t.Error("it cannot be written")
				}
			}
		}
	})
}
