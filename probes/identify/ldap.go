package identify

import "github.com/homesweep/homesweep/probes/lan"

// What a directory says of itself in its root entry (RFC 4512, section 5.1; RFC
// 3045), words space separated.
const (
	LDAPContexts = "ldap.namingContexts"
	ldapVendor   = "ldap.vendorName"
	ldapRelease  = "ldap.vendorVersion"
)

var _ = register(&ldap, asks)

// ldap reads the root entry, which is there for whoever has not logged in: a
// search (RFC 4511, section 4.5.1) of the empty name alone for four attributes,
// with a filter that it passes.
var ldap = question{
	name: "ldap", service: "ldap", ports: []uint16{389, 636}, moves: true,
	ask: "\x30\x5d\x02\x01\x01\x63\x58\x04\x00\x0a\x01\x00\x0a\x01\x00\x02\x01\x00\x02\x01\x05\x01\x01\x00" +
		"\x87\x0bobjectClass\x30\x38\x04\x0bobjectClass\x04\x0enamingContexts\x04\x0avendorName\x04\x0dvendorVersion",
	answer: parseLDAP,
}

// Tags of the two answers.
const (
	ldapEntry = 0x64
	ldapDone  = 0x65
)

// parseLDAP reads the first message: the entry, or the end of the search where
// the entry is for members only. An entry is a name and a list of attributes,
// each a sequence of its name and the set of its values.
func parseLDAP(svc *lan.Service, c *cursor) bool {
	if len(c.b) > 0 && c.b[0] != berSequence {
		return false
	}
	message, _, ok := berExpect(c.b, berSequence)
	if !ok {
		c.short = true
		return false
	}
	id, message, ok := berExpect(message, berInteger)
	if !ok || len(id) != 1 || id[0] != 1 {
		return false
	}
	tag, b, _, ok := parseBER(message)
	if !ok || tag != ldapEntry {
		return ok && tag == ldapDone && len(b) >= 7
	}
	field := ""
	for len(b) > 0 {
		tag, content, rest, ok := parseBER(b)
		if !ok {
			return false
		}
		switch {
		case tag != berOctets: // a list: what is in it comes next
			if tag == berSequence {
				field = ""
			}
			b = b[len(b)-len(rest)-len(content):]
			continue
		case field == "":
			field = "ldap." + string(content)
		case field == ldapVendor:
			svc.Product = string(content)
		case field == ldapRelease:
			svc.Version = string(content)
		case field == LDAPContexts:
			svc.Heard.Add(field, string(content))
		case string(content) == "OpenLDAProotDSE":
			svc.Product = "OpenLDAP"
		}
		b = rest
	}
	return true
}
