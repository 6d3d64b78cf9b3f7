package identify

import (
	"strings"
	"testing"

	"github.com/homesweep/homesweep/probes/lan"
)

const (
	rpcReplied = "\x00\x00\x00\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00" // reply, accepted, no verifier
	rpcDump    = "\x80\x00\x00\x58HSPM" + rpcReplied + "\x00\x00\x00\x00" +
		"\x00\x00\x00\x01\x00\x01\x86\xa0\x00\x00\x00\x02\x00\x00\x00\x06\x00\x00\x00\x6f" +
		"\x00\x00\x00\x01\x00\x01\x86\xa3\x00\x00\x00\x03\x00\x00\x00\x06\x00\x00\x08\x01" +
		"\x00\x00\x00\x01\x00\x01\x86\xa3\x00\x00\x00\x04\x00\x00\x00\x06\x00\x00\x08\x01" +
		"\x00\x00\x00\x01\x00\x01\x86\xb8\x00\x00\x00\x01\x00\x00\x00\x06\x00\x00\x82\x35" + "\x00\x00\x00\x00"
	rpcMismatch = "\x80\x00\x00\x20HSNF" + rpcReplied + "\x00\x00\x00\x02\x00\x00\x00\x03\x00\x00\x00\x04"
	rpcDenied   = "\x80\x00\x00\x14HSPM\x00\x00\x00\x01\x00\x00\x00\x01\x00\x00\x00\x01\x00\x00\x00\x05"
)

var (
	_ = fakeOf("portmapper", at(111), replying(portmapper.ask, rpcDump), lan.Service{Name: "sunrpc", Heard: lan.Heard{RPCPrograms: "nfs 100024"}})
	_ = fakeOf("nfs", at(2049), replying(nfs.ask, rpcMismatch), lan.Service{Name: "nfs", Heard: lan.Heard{NFSVersions: "3-4"}})
)

func TestParseRPC(t *testing.T) {
	endless := rpcDump[:len(rpcDump)-4]
	endless += strings.Repeat(endless[len(endless)-20:], maxPrograms)
	readings(t, parsePortmapper,
		rpcDump, "sunrpc.programs=nfs 100024", rpcDenied, "", endless, "sunrpc.programs=nfs 100024",
		rpcMismatch, "no", portmapper.ask, "no", "\x00\x00\x00\x58HSPM"+rpcReplied, "no", "", "short")
	readings(t, parseNFS,
		rpcMismatch, "nfs.versions=3-4", rpcMismatch[:24]+"\x00\x00\x00\x00", "",
		rpcMismatch[:24]+"\x00\x00\x00\x01", "no", // no such program here
		rpcMismatch[:28]+"\x00\x00\x00\x04\x00\x00\x00\x03", "no", rpcDump, "no", nfs.ask, "no", "", "short")
}

func FuzzParsePortmapper(f *testing.F) {
	fuzzAnswer(f, parsePortmapper, rpcDump, rpcDenied, portmapper.ask)
}
func FuzzParseNFS(f *testing.F) { fuzzAnswer(f, parseNFS, rpcMismatch, nfs.ask) }
