package lab

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/homesweep/homesweep/daemon/report"
	"github.com/homesweep/homesweep/daemon/wiring"
	"github.com/homesweep/homesweep/probes/knowledge/howtos"
	"github.com/homesweep/homesweep/probes/lan"
)

// TestCodeOfPractice sweeps
func TestCodeOfPractice(t *testing.T) {
	h := household(t)
	_ = h
	how, err := howtos.Load()
	if err != nil {
		t.Fatal(err)
	}
	s := wiring.Conclude(sweepHouse(t, wiring.RungRaw, lan.Ask), how)
	var b bytes.Buffer
	_ = json.NewEncoder(&b).Encode(s)
	_ = os.WriteFile("/tmp/hs/r4.json", b.Bytes(), 0o644)
	b.Reset()
	fmt.Println(report.Text(&b, s, report.TextOptions{Guidelines: true, Width: 110}))
	_ = os.WriteFile("/tmp/hs/r4.txt", b.Bytes(), 0o644)
	_, _ = slices.Index([]int{1}, 1), strings.TrimSpace("")
}
