package bundles
import ("testing";"github.com/homesweep/homesweep/probes/knowledge";"github.com/homesweep/homesweep/probes/knowledge/bundle")
func BenchmarkBase(b *testing.B){
	s := store(b); w:=file(b, publisher, "base", own(b)+1, carried()); must(b, s, w); s.Base()
	b.Run("base", func(b *testing.B){ for b.Loop(){ s.Base() } })
	b.Run("open", func(b *testing.B){ for b.Loop(){ bundle.Open(w, s.publishers) } })
	b.Run("embedded", func(b *testing.B){ for b.Loop(){ knowledge.Load() } })
}
