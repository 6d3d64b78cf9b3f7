package identify

import (
	"testing"

	"github.com/homesweep/homesweep/probes/lan"
)

// ldapAttribute is an attribute with its values.
func ldapAttribute(name string, values ...string) []byte {
	var set [][]byte
	for _, v := range values {
		set = append(set, berEncode(berOctets, []byte(v)))
	}
	return berEncode(berSequence, berEncode(berOctets, []byte(name)), berEncode(0x31, set...))
}

var (
	ldapRoot = string(berEncode(berSequence, berNumber(1), berEncode(ldapEntry, berEncode(berOctets), berEncode(berSequence,
		ldapAttribute("objectClass", "top", "OpenLDAProotDSE"), ldapAttribute("namingContexts", "dc=home", "cn=config")))))
	ldapNamed = string(berEncode(berSequence, berNumber(1), berEncode(ldapEntry, berEncode(berOctets), berEncode(berSequence,
		ldapAttribute("vendorName", "389 Project"), ldapAttribute("vendorVersion", "389-Directory/2.3"), ldapAttribute("other", "x")))))
	ldapMembers = "\x30\x0c\x02\x01\x01\x65\x07\x0a\x01\x32\x04\x00\x04\x00"

	_ = fakeOf("ldap", at(389), replying(ldap.ask, ldapRoot+ldapMembers), lan.Service{Name: "ldap", Product: "OpenLDAP", Heard: lan.Heard{LDAPContexts: "dc=home cn=config"}})
	_ = fakeOf("ldap", at(636), inTLS("", replying(ldap.ask, ldapMembers)), lan.Service{Name: "ldaps"})
)

func TestParseLDAP(t *testing.T) {
	readings(t, parseLDAP,
		ldapRoot, "OpenLDAP ldap.namingContexts=dc=home cn=config",
		ldapNamed, "389 Project 389-Directory/2.3", ldapMembers, "",
		"\x30\x0c\x02\x01\x02"+ldapMembers[5:], "no", "\x30\x05\x02\x01\x01\x65\x00", "no", "\x30\x06\x02\x01\x01\x64\x01\x04", "no",
		ldap.ask, "no", "\x02\x01\x01", "no", "HTTP/1.1 400", "no", "\x30\x84\xff\xff\xff\xff", "short", "", "short")
}

func FuzzParseLDAP(f *testing.F) {
	fuzzAnswer(f, parseLDAP, ldapRoot, ldapNamed, ldapMembers, ldap.ask)
}
