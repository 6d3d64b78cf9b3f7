package knowledge_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/homesweep/homesweep/probes/knowledge"
)

// BenchmarkLoad is what a sweep pays for its knowledge.
func BenchmarkLoad(b *testing.B) {
	for b.Loop() {
		if _, err := knowledge.Load(); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkYardstick is ordinary work of the same kind that does not change with
// our data: what it takes elsewhere tells how much slower that place is.
func BenchmarkYardstick(b *testing.B) {
	var list []string
	for i := range 2000 {
		list = append(list, fmt.Sprintf(`{"id":"row-%d","vendor":"Maker %d","cves":["CVE-2020-%d"]}`, i, i%40, i))
	}
	text := []byte("[" + strings.Join(list, ",") + "]")
	for b.Loop() {
		var rows []struct {
			ID, Vendor string
			CVEs       []string
		}
		if err := json.Unmarshal(text, &rows); err != nil || len(rows) != len(list) {
			b.Fatal(err)
		}
	}
}
