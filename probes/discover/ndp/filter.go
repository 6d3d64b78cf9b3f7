package ndp

import "golang.org/x/net/bpf"

// Offsets in frames, from RFC 2464, 8200 and 4443.
const (
	offEtherType = 12
	offNext      = 14 + 6
	offMessage   = 14 + 40
	optionHeader = 8 // of hop-by-hop options that hold a router alert only

	etherIPv6 = 0x86dd
	nextHop   = 0
	nextICMP  = 58
)

// filter is the kernel's sieve: on a router all of the home's traffic passes by.
// It lets through echo replies, neighbour discovery but redirects, and reports
// of multicast groups. What it lets through is checked again.
var filter = []bpf.Instruction{
	bpf.LoadAbsolute{Off: offEtherType, Size: 2},
	bpf.JumpIf{Cond: bpf.JumpNotEqual, Val: etherIPv6, SkipTrue: 13},
	bpf.LoadAbsolute{Off: offNext, Size: 1},
	bpf.JumpIf{Cond: bpf.JumpEqual, Val: nextHop, SkipTrue: 6},
	bpf.JumpIf{Cond: bpf.JumpNotEqual, Val: nextICMP, SkipTrue: 10},
	bpf.LoadAbsolute{Off: offMessage, Size: 1},
	bpf.JumpIf{Cond: bpf.JumpEqual, Val: 129, SkipTrue: 9}, // echo reply
	bpf.JumpIf{Cond: bpf.JumpLessThan, Val: 133, SkipTrue: 7},
	bpf.JumpIf{Cond: bpf.JumpGreaterThan, Val: 136, SkipTrue: 6},
	bpf.Jump{Skip: 6},
	// Hop-by-hop options:
	bpf.LoadAbsolute{Off: offMessage, Size: 2}, // the next header, and a length of none beyond
	bpf.JumpIf{Cond: bpf.JumpNotEqual, Val: nextICMP << 8, SkipTrue: 3},
	bpf.LoadAbsolute{Off: offMessage + optionHeader, Size: 1},
	bpf.JumpIf{Cond: bpf.JumpEqual, Val: 131, SkipTrue: 2}, // MLDv1 report
	bpf.JumpIf{Cond: bpf.JumpEqual, Val: 143, SkipTrue: 1}, // MLDv2 report
	bpf.RetConstant{Val: 0},
	bpf.RetConstant{Val: 1 << 16}, // the whole frame
}
