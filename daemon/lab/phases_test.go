package lab

import (
	"context"
	"log/slog"
	"sync"
	"testing"
	"time"

	"github.com/homesweep/homesweep/daemon/config"
	"github.com/homesweep/homesweep/daemon/sweep"
	"github.com/homesweep/homesweep/daemon/wiring"
	"github.com/homesweep/homesweep/probes/lan"
)

// BenchmarkPhases prints how long the sources of a sweep take in a household of
// a /24: those that find who is there, and those that ask what they are, each
// and in all. The budgets are 1.2 s and 3.5 s.
func BenchmarkPhases(b *testing.B) {
	household(b)
	c := config.Default()
	choice, err := wiring.Links(c)
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		parts, err := wiring.Parts(c, choice.Links, nil, slog.New(slog.DiscardHandler))
		if err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(together(b, parts.Presence, choice.Links[0]).Seconds(), "presence-s")
		b.ReportMetric(together(b, parts.Announcements, choice.Links[0]).Seconds(), "announcements-s")
	}
}

// together runs ears side by side, as a sweep does, and logs what each takes.
func together(b *testing.B, ears []sweep.Ear, link lan.Link) time.Duration {
	b.Helper()
	ctx, cancel := context.WithTimeout(b.Context(), time.Minute)
	defer cancel()
	begin := time.Now()
	var wait sync.WaitGroup
	for _, ear := range ears {
		wait.Go(func() {
			var mu sync.Mutex
			heard := 0
			err := ear.Discover(ctx, link, func(lan.Sighting) {
				mu.Lock()
				defer mu.Unlock()
				heard++
			})
			b.Logf("%-8s %5.2f s, %3d sightings, %v", ear.Name(), time.Since(begin).Seconds(), heard, err)
		})
	}
	wait.Wait()
	return time.Since(begin)
}
