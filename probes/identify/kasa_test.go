package identify

import (
	"testing"

	"github.com/homesweep/homesweep/probes/lan"
)

// kasaSays is text in Kasa's cipher, its length before it.
func kasaSays(text string) string {
	b, key := []byte{0, 0, byte(len(text) >> 8), byte(len(text))}, byte(171)
	for i := range len(text) {
		key ^= text[i]
		b = append(b, key)
	}
	return string(b)
}

var kasaAnswer = kasaSays(`{"system":{"get_sysinfo":{"sw_ver":"1.5.6 Build 191125","model":"HS110(EU)","latitude_i":525200}}}`)

var _ = fakeAnnounced("kasa", at(9999), lan.Heard{"kasa.model": "HS110(EU)"}, replying(kasa.ask, kasaAnswer), lan.Service{Name: "kasa"})

// TestKasaQuestion: the question is what it says it is.
func TestKasaQuestion(t *testing.T) {
	if want := kasaSays(`{"system":{"get_sysinfo":{}}}`); kasa.ask != want {
		t.Errorf("asks %q, want %q", kasa.ask, want)
	}
}

func TestParseKasa(t *testing.T) {
	readings(t, parseKasa, kasaAnswer, "", kasa.ask, "no", kasaSays(`{"emeter":{}}`), "no", "HTTP/1.1 400", "no", "", "short")
}

func FuzzParseKasa(f *testing.F) { fuzzAnswer(f, parseKasa, kasaAnswer, kasa.ask) }
