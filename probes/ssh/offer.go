package ssh

import (
	"crypto/rand"
	"errors"
	"slices"
	"strings"
)

// The offer: of each list the first that the server offers too is taken (RFC
// 4253 section 7.1). The old ones are last.
const (
	kexOffer = "curve25519-sha256,curve25519-sha256@libssh.org,ecdh-sha2-nistp256," +
		"diffie-hellman-group14-sha256,diffie-hellman-group14-sha1,diffie-hellman-group1-sha1"
	hostKeyOffer = "ssh-ed25519,ecdsa-sha2-nistp256,ecdsa-sha2-nistp384,ecdsa-sha2-nistp521," +
		"rsa-sha2-256,rsa-sha2-512,ssh-rsa,ssh-dss"
	cipherOffer = "aes128-ctr,aes256-ctr,aes128-cbc,aes256-cbc,3des-cbc"
	macOffer    = "hmac-sha2-256,hmac-sha1"
)

// The places of what is chosen, in the order of a KEXINIT's lists.
const (
	kex = iota
	hostKey
	cipherOut
	cipherIn
	macOut
	macIn
	packOut
	packIn
	chosen
)

var offers = [chosen]string{kexOffer, hostKeyOffer, cipherOffer, cipherOffer, macOffer, macOffer, "none", "none"}

// choice is what both sides have in common.
type choice struct {
	names [chosen]string
	// misguessed says that the server's first key exchange packet is for another
	// method than the chosen, and to be passed over.
	misguessed bool
}

// kexInit is the fields of our SSH_MSG_KEXINIT (RFC 4253 section 7.1).
func kexInit() []byte {
	fields := make([]byte, 16)
	rand.Read(fields) //nolint:errcheck // never fails
	for _, list := range offers {
		fields = append(fields, field(list)...)
	}
	// No languages, no guess, reserved.
	return append(fields, make([]byte, 4+4+1+4)...)
}

// choose reads the fields of the server's KEXINIT.
func choose(c cursor) (*choice, error) {
	c.take(16)
	var ch choice
	right := true
	for i, ours := range offers {
		theirs := strings.Split(c.field(), ",")
		for name := range strings.SplitSeq(ours, ",") {
			if slices.Contains(theirs, name) {
				ch.names[i] = name
				break
			}
		}
		if i <= hostKey && theirs[0] != firstOf(ours) {
			right = false
		}
	}
	c.field()
	c.field()
	ch.misguessed = c.flag() && !right
	if c.short {
		return nil, errBad
	}
	if slices.Contains(ch.names[:], "") {
		return nil, errors.New("the SSH server offers no methods that we speak")
	}
	return &ch, nil
}

func firstOf(list string) string {
	first, _, _ := strings.Cut(list, ",")
	return first
}
