package report

import (
	"bytes"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/homesweep/homesweep/probes/lan"
)

// TestResting: who is left alone stands there with the end of it and the sign,
// who was last week does not.
func TestResting(t *testing.T) {
	s := home()
	cam := slices.IndexFunc(s.Devices, func(d lan.Device) bool { return d.ID == "cam-1" })
	for hours, want := range map[int]bool{1: true, 23: true, 25: false, 24 * 7: false} {
		s.Devices[cam].Suffered = lan.Suffering{At: s.Finished.Add(-time.Duration(hours) * time.Hour), Sign: "It stopped\x1b answering."}
		var b bytes.Buffer
		if err := Text(&b, s, TextOptions{Width: 400}); err != nil {
			t.Fatal(err)
		}
		until := s.Devices[cam].Suffered.At.Add(lan.Rest).Format("2 January 2006 at 15:04")
		if told := strings.Contains(b.String(), "Front door, Acme C1 Outdoor (192.168.1.20) until "+until+". It stopped answering."); told != want || strings.Contains(b.String(), "LEFT ALONE") != want {
			t.Errorf("%d hours later it is told %t:\n%s", hours, told, b.String())
		}
	}
}
