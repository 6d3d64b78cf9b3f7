package bundles

import (
	"runtime"
	"testing"
	"time"

	"github.com/homesweep/homesweep/probes/knowledge"
	"github.com/homesweep/homesweep/probes/knowledge/bundle"
	"github.com/homesweep/homesweep/probes/knowledge/firmware"
	"github.com/homesweep/homesweep/probes/knowledge/fingerprints"
	"github.com/homesweep/homesweep/probes/knowledge/howtos"
	"github.com/homesweep/homesweep/probes/knowledge/logins"
	"github.com/homesweep/homesweep/probes/knowledge/pages"
	"github.com/homesweep/homesweep/probes/knowledge/vendors"
)

func weigh(t *testing.T, name string, f func()) {
	f()
	runtime.GC()
	var a, b runtime.MemStats
	runtime.ReadMemStats(&a)
	at := time.Now()
	f()
	took := time.Since(at)
	runtime.ReadMemStats(&b)
	t.Logf("%-22s %8.2f ms %8.2f MB allocated %6d objects", name, took.Seconds()*1e3, float64(b.TotalAlloc-a.TotalAlloc)/1e6, b.Mallocs-a.Mallocs)
}

func TestSplit(t *testing.T) {
	sections := carried()
	for k, v := range sections { t.Log(k, len(v)) }
	whole := file(t, publisher, "base", own(t)+1, sections)
	s := store(t)
	must(t, s, whole)
	weigh(t, "embedded", func() { knowledge.Load() })
	weigh(t, "base", func() { s.Base() })
	weigh(t, "verify", func() { bundle.Verify(whole, s.publishers) })
	var b *bundle.Bundle
	weigh(t, "open", func() { b, _, _ = bundle.Open(whole, s.publishers) })
	weigh(t, "firmware load", func() { firmware.Load() })
	weigh(t, "firmware read", func() { firmware.Read(b.Rows("firmware")) })
	weigh(t, "fp load", func() { fingerprints.Load() })
	weigh(t, "fp read", func() { x,_,_:= b.Text("fingerprints"); fingerprints.Read(x) })
	weigh(t, "logins load", func() { logins.Load() })
	weigh(t, "logins read", func() { logins.Read(logins.Rows{b.Rows("logins"), b.Rows("common")}) })
	weigh(t, "vendors load", func() { vendors.Load() })
	weigh(t, "vendors read", func() { vendors.Read(b.Rows("vendors")) })
	weigh(t, "pages load", func() { pages.Load() })
	weigh(t, "pages read", func() { pages.Read(b.Rows("pages")) })
	weigh(t, "howtos load", func() { howtos.Load() })
	weigh(t, "howtos read", func() { howtos.Read(b.Rows("howtos")) })
}
