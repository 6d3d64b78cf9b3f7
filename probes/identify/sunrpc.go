package identify

import (
	"strconv"

	"github.com/homesweep/homesweep/probes/lan"
)

// RPCPrograms is the field of Heard with the programs that a port mapper knows,
// space separated: by IANA's name, or by number.
const RPCPrograms = "sunrpc.programs"

// RPCMountd is the field of Heard with the TCP port of the program that tells
// which folders a file server shares (RFC 1813, appendix I).
const RPCMountd = "sunrpc.mountd"

// NFSVersions is the field of Heard with the oldest and the newest version that
// a file server speaks: "3-4".
const NFSVersions = "nfs.versions"

var (
	_ = register(&portmapper, asks)
	_ = register(&nfs, asks)
)

// portmapper asks for the list of programs (RFC 1833, PMAPPROC_DUMP). nfs makes
// the call that does nothing, to a version that there never was: the answer
// names those that there are, as rpcinfo asks for them.
var (
	portmapper = question{
		name: "portmapper", service: "sunrpc", ports: []uint16{111},
		ask:    "\x80\x00\x00\x28HSPM\x00\x00\x00\x00\x00\x00\x00\x02\x00\x01\x86\xa0\x00\x00\x00\x02\x00\x00\x00\x04" + rpcNobody,
		answer: parsePortmapper,
	}
	nfs = question{
		name: "nfs", service: "nfs", ports: []uint16{2049},
		ask:    "\x80\x00\x00\x28HSNF\x00\x00\x00\x00\x00\x00\x00\x02\x00\x01\x86\xa3\x00\x00\x00\x00\x00\x00\x00\x00" + rpcNobody,
		answer: parseNFS,
	}
)

// rpcNobody are credentials and verifier of AUTH_NONE (RFC 5531, section 8).
const rpcNobody = "\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00"

// maxPrograms bounds a port mapper's list.
const maxPrograms = 128

// rpcStatus reads the head of the reply to call and is what came of it (RFC
// 5531, section 9): 0 success, 2 a version that is not there.
func rpcStatus(c *cursor, call string) (status uint32, ok bool) {
	if !c.is("\x80") {
		return 0, false
	}
	c.take(3)
	if !c.is(call + "\x00\x00\x00\x01") {
		return 0, false
	}
	if c.big(4) != 0 {
		return 1, !c.short // refused, for what nobody may not do
	}
	c.take(4)
	c.take(c.big(4)) // the server's own verifier
	return c.big(4), !c.short
}

// parsePortmapper reads the list, of which some programs come many times.
func parsePortmapper(svc *lan.Service, c *cursor) bool {
	status, ok := rpcStatus(c, "HSPM")
	if !ok || status != 0 {
		return ok
	}
	for range maxPrograms {
		if c.big(4) != 1 {
			break
		}
		program := c.big(4)
		version, transport, port := c.big(4), c.big(4), c.big(4)
		name := strconv.FormatUint(uint64(program), 10)
		switch program {
		case 100000:
			continue // itself
		case 100003:
			name = "nfs"
		case 100005:
			name = "mountd"
			if version == 3 && transport == 6 && port < 1<<16 {
				svc.Heard.Set(RPCMountd, strconv.Itoa(int(port)))
			}
		case 100021:
			name = "nlockmgr"
		}
		svc.Heard.Add(RPCPrograms, name)
	}
	return true
}

// parseNFS reads the range of versions.
func parseNFS(svc *lan.Service, c *cursor) bool {
	status, ok := rpcStatus(c, "HSNF")
	if ok && status == 2 {
		oldest, newest := c.big(4), c.big(4)
		svc.Heard.Set(NFSVersions, strconv.Itoa(int(oldest))+"-"+strconv.Itoa(int(newest)))
		return oldest > 0 && newest >= oldest && newest < 16
	}
	return ok && status == 0
}
