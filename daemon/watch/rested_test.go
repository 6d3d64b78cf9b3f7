package watch

import (
	"regexp"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/homesweep/homesweep/probes/lan"
)

// TestRestOfPersonal: until when a device is left alone is told to the minute; of
// what goes where a person goes, to the day.
func TestRestOfPersonal(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLodge(t, lan.Ask)
		suffered := time.Now().Add(-time.Hour)
		for i, d := range l.memory.latest.Devices {
			if d.ID == "phone" || d.ID == "bare" {
				l.memory.latest.Devices[i].Suffered.At = suffered
			}
		}
		l.reopen(t, lan.Ask)
		until := suffered.Add(lan.Rest)
		for id, want := range map[string]string{"bare": until.Format("15:04 on 2 January"), "phone": until.Format("2 January")} {
			err := l.Inspect(id)
			if err == nil || !strings.HasSuffix(err.Error(), "until "+want) || id == "phone" && regexp.MustCompile(`\d:\d`).MatchString(err.Error()) {
				t.Errorf("%s: %v", id, err)
			}
		}
	})
}
