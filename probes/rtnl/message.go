package rtnl

import (
	"encoding/binary"
	"errors"

	"golang.org/x/sys/unix"
)

// errTorn is a message or an attribute that is longer than what holds it, or
// shorter than its own header.
var errTorn = errors.New("the kernel's message is cut off")

// split calls take with each message of a datagram (struct nlmsghdr: length,
// type, flags, number, port). A refusal of what was asked is the error that it
// bears.
func split(b []byte, take Take) error {
	for len(b) > 0 {
		if len(b) < unix.SizeofNlMsghdr {
			return errTorn
		}
		size := binary.NativeEndian.Uint32(b)
		if size < unix.SizeofNlMsghdr || size > uint32(len(b)) {
			return errTorn
		}
		kind, data := binary.NativeEndian.Uint16(b[4:]), b[unix.SizeofNlMsghdr:size]
		err := error(nil)
		switch kind {
		case unix.NLMSG_ERROR:
			err = refusal(data)
		case unix.NLMSG_OVERRUN:
			err = unix.ENOBUFS
		default:
			err = take(kind, data)
		}
		if err != nil {
			return err
		}
		b = b[min(aligned(size), uint32(len(b))):]
	}
	return nil
}

// aligned is where the next header begins.
func aligned(size uint32) uint32 { return (size + 3) &^ 3 }

// refusal is what an NLMSG_ERROR or NLMSG_DONE says: the negative of an error
// number first, 0 for none.
func refusal(data []byte) error {
	if len(data) < 4 {
		return errTorn
	}
	if n := int32(binary.NativeEndian.Uint32(data)); n != 0 {
		return unix.Errno(-n)
	}
	return nil
}

// done is the end of a dump: errDone, or what broke it off. Old kernels send no
// number.
func done(data []byte) error {
	if len(data) >= 4 {
		if err := refusal(data); err != nil {
			return err
		}
	}
	return errDone
}
