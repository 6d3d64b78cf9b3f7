package identify

import (
	"testing"

	"github.com/homesweep/homesweep/probes/lan"
)

var _ = fakeOf("postgresql", at(5432), replying(postgresql.ask, "N"), lan.Service{Name: "postgresql", Heard: lan.Heard{PostgreSQLSSL: "N"}})

func TestParsePostgreSQL(t *testing.T) {
	readings(t, parsePostgreSQL, "S", "postgresql.ssl=S", "N", "postgresql.ssl=N", "NO", "no", "SSH-2.0-x\r\n", "no", "E", "no", "\x00", "no", "", "short")
}

func FuzzParsePostgreSQL(f *testing.F) { fuzzAnswer(f, parsePostgreSQL, "S", "N", postgresql.ask) }
