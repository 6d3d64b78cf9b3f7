package identify

import (
	"encoding/hex"

	"github.com/homesweep/homesweep/probes/lan"
)

// nbssPort is that of file sharing over NetBIOS, where a session is asked for
// first: to any file server, from a name of ours (RFC 1001, section 14; RFC
// 1002, section 4.3.2).
const (
	nbssPort    = 139
	nbssRequest = "\x81\x00\x00\x44\x20CKFDENECFDEFFCFGEFFCCACACACACACA\x00\x20EIEPENEFFDFHEFEFFACACACACACACACA\x00"
)

// smb2Negotiate offers the dialects 2.0.2, 2.1, 3.0, 3.0.2 and 3.1.1, the last
// with the one context that it must have ([MS-SMB2] 2.2.1.2, 2.2.3). It is
// answered before anybody is named.
const smb2Negotiate = "\x00\x00\x00\x9e" +
	"\xfeSMB\x40\x00\x00\x00\x00\x00\x00\x00\x00\x00\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00" + smbZeros + smbZeros +
	"\x00\x00\x00\x00\x00\x00\x00\x00" +
	"\x24\x00\x05\x00\x01\x00\x00\x00\x00\x00\x00\x00homesweep-client\x70\x00\x00\x00\x01\x00\x00\x00" +
	"\x02\x02\x10\x02\x00\x03\x02\x03\x11\x03\x00\x00" +
	"\x01\x00\x26\x00\x00\x00\x00\x00\x01\x00\x20\x00\x01\x00homesweep-salt--homesweep-salt--"

const smbZeros = "\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00"

// smb1Negotiate offers nothing but NT LM 0.12 ([MS-CIFS] 2.2.4.52).
const smb1Negotiate = "\x00\x00\x00\x2f" +
	"\xffSMB\x72\x00\x00\x00\x00\x18\x01\x40\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00" +
	"\x00\x0c\x00\x02NT LM 0.12\x00"

// parseNBSS reads the answer to a session request: granted, or refused, which
// ends it there.
func parseNBSS(_ *lan.Service, c *cursor) bool { return c.is("\x82\x00\x00\x00") }

// parseSMB2 reads a Negotiate response ([MS-SMB2] 2.2.4), lowest byte first. An
// error in its place is an answer, too.
func parseSMB2(svc *lan.Service, c *cursor) bool {
	if !c.is("\x00\x00") {
		return false
	}
	c.take(2)
	if !c.is("\xfeSMB\x40\x00") {
		return false
	}
	c.take(2)
	status, command := c.little(4), c.little(2)
	c.take(2)
	flags := c.little(4)
	c.take(44)
	if command != 0 || flags&1 == 0 {
		return false
	}
	if status != 0 {
		return true
	}
	if !c.is("\x41\x00") {
		return false
	}
	mode := c.little(2)
	dialect := c.little(2)
	c.take(2)
	guid := c.take(16)
	svc.Heard.Set(SMBDialect, dotted([]byte{byte(dialect >> 8), byte(dialect >> 4 & 15), byte(dialect & 15)}))
	svc.Heard.Set(SMBSigning, smbSigning[mode&3])
	svc.Heard.Set(SMBGUID, hex.EncodeToString(guid))
	return true
}

// smbSigning are the two lowest bits of version 2's security mode, which are
// version 1's third and fourth.
var smbSigning = [...]string{"disabled", "enabled", "required", "required"}

// parseSMB1 reads a Negotiate response of version 1 ([MS-CIFS] 2.2.4.52.2):
// which dialect it takes, if any, and how messages are signed. An answer of
// version 2 means that version 1 is off.
func parseSMB1(svc *lan.Service, c *cursor) bool {
	if !c.is("\x00\x00") {
		return false
	}
	c.take(2)
	one := "no"
	if len(c.b) == 0 || c.b[0] == 0xff {
		if !c.is("\xffSMB\x72") {
			return false
		}
		c.take(4)
		flags := c.little(1)
		c.take(22)
		words, dialect, mode := c.little(1), c.little(2), c.little(1)
		if c.short || flags&0x80 == 0 || words == 0 {
			return false
		}
		if dialect == 0 {
			one = "yes"
			if svc.Heard[SMBDialect] == "" {
				svc.Heard.Set(SMBDialect, "1.0")
				svc.Heard.Set(SMBSigning, smbSigning[mode>>2&3])
			}
		}
	} else if !c.is("\xfeSMB\x40\x00") {
		return false
	}
	svc.Heard.Set(SMB1, one)
	return true
}
