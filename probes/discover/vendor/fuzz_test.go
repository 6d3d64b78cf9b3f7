package vendor

import (
	"strings"
	"testing"

	"github.com/homesweep/homesweep/probes/lan"
)

// fuzz feeds hear with seeds and what comes of them.
func fuzz(f *testing.F, hear func([]byte) (lan.Sighting, bool), seeds ...string) {
	for _, s := range seeds {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		s, ok := hear(b)
		if ok != (len(s.Heard) > 0) || len(s.Heard) > lan.MaxFields {
			t.Errorf("%v with %d fields", ok, len(s.Heard))
		}
		for key, v := range s.Heard {
			if v == "" || v != lan.Printable(v, lan.MaxValue) {
				t.Errorf("%s is %q", key, v)
			}
		}
		for _, n := range s.Names {
			if n == "" || n != lan.Printable(n, lan.MaxName) {
				t.Errorf("name %q", n)
			}
		}
		for _, ep := range s.Endpoints {
			if ep.Port == 0 {
				t.Error("port 0")
			}
		}
	})
}

func FuzzKasa(f *testing.F) { fuzz(f, hearKasa, string(kasaPlug), string(kasaCam)) }
func FuzzTapo(f *testing.F) { fuzz(f, hearTapo, tapoPlug) }
func FuzzTuya(f *testing.F) {
	fuzz(f, hearTuya, string(tuyaFrame([]byte(tuyaJSON), true)), string(tuyaFrame(tuyaECB(tuyaJSON), true)), string(tuyaGCM(tuyaJSON)))
}
func FuzzYeelight(f *testing.F) { fuzz(f, hearYeelight, yeelightBulb) }
func FuzzLIFX(f *testing.F) {
	fuzz(f, func(b []byte) (lan.Sighting, bool) {
		for _, q := range followLIFX(b) {
			if len(q) != lifxHeader {
				f.Errorf("asks %x", q)
			}
		}
		return hearLIFX(b)
	}, string(lifxState(3, 1, 0, 0, 0, 0)), string(lifxState(15, make([]byte, 20)...)))
}
func FuzzMiIO(f *testing.F)     { fuzz(f, hearMiIO, miioAnswer+strings.Repeat("\xff", 16)) }
func FuzzWiZ(f *testing.F)      { fuzz(f, hearWiZ, wizBulb) }
func FuzzUbiquiti(f *testing.F) { fuzz(f, hearUbiquiti, string(ubiquitiOne), string(ubiquitiTwo)) }
func FuzzMikroTik(f *testing.F) { fuzz(f, hearMikroTik, string(mikrotikRouter)) }
func FuzzCanon(f *testing.F) {
	fuzz(f, func(b []byte) (lan.Sighting, bool) { followCanon(b); return hearCanon(b) }, canonFound, canonID)
}
func FuzzDahua(f *testing.F)     { fuzz(f, hearDahua, dahuaCamera) }
func FuzzHiFlying(f *testing.F)  { fuzz(f, hearHiFlying, hiflyingLamp) }
func FuzzXiongmai(f *testing.F)  { fuzz(f, hearXiongmai, xiongmaiCamera) }
func FuzzHikvision(f *testing.F) { fuzz(f, hearHikvision, hikvisionCamera) }
