package identify

import (
	"bufio"
	"encoding/binary"
	"io"
	"net"
	"slices"
	"strings"
	"testing"

	"github.com/homesweep/homesweep/probes/lan"
)

// sshOffer is an SSH_MSG_KEXINIT with those name-lists, in its packet.
func sshOffer(lists ...string) string {
	payload := append([]byte{20}, make([]byte, 16)...)
	for i := range 10 {
		list := ""
		if i < len(lists) {
			list = lists[i]
		}
		payload = binary.BigEndian.AppendUint32(payload, uint32(len(list)))
		payload = append(payload, list...)
	}
	payload = append(payload, 0, 0, 0, 0, 0)
	padded := append([]byte{4}, append(payload, 0, 0, 0, 0)...)
	return string(binary.BigEndian.AppendUint32(nil, uint32(len(padded)))) + string(padded)
}

var oldOffer = sshOffer("curve25519-sha256@libssh.org,diffie-hellman-group1-sha1", "ssh-rsa,ssh-dss",
	"aes128-ctr", "aes128-ctr,3des-cbc,rijndael-cbc@lysator.liu.se", "hmac-sha1", "hmac-sha1,hmac-md5")

// sshd greets and, to who says hello, makes its offer.
func sshd(banner, offer string) script {
	return func(c net.Conn) {
		io.WriteString(c, banner)
		if hello, err := bufio.NewReader(c).ReadString('\n'); err == nil && hello == sshHello {
			io.WriteString(c, offer)
		}
		mum(c)
	}
}

var _ = fakeOf("ssh", at(2222), sshd("SSH-2.0-dropbear_2012.55\r\n", oldOffer),
	lan.Service{Name: "ssh", Product: "dropbear", Version: "2012.55", Heard: lan.Heard{
		SSHKex: "diffie-hellman-group1-sha1", SSHHostKey: "ssh-rsa ssh-dss",
		SSHCipher: "aes128-ctr 3des-cbc rijndael-cbc@lysator.liu.se", SSHMAC: "hmac-sha1 hmac-md5", SSHElse: "ssh.kex"}})

// TestSSHWaitsForNothing: an offer is over when it is whole.
func TestSSHWaitsForNothing(t *testing.T) {
	svc, took, err := identifyIn(t, &device{scripts: []script{sshd("SSH-2.0-x\r\n", oldOffer)}}, at(22), 1)
	if err != nil || svc.Heard[SSHMAC] != "hmac-sha1 hmac-md5" || took != 0 {
		t.Errorf("%v, %v after %v", svc, err, took)
	}
}

// TestSSHBeforeItIsAsked: some make their offer with the greeting, and some are
// too old to be told from their offer.
func TestSSHBeforeItIsAsked(t *testing.T) {
	for _, tt := range []struct{ said, kex string }{
		{"Authorised users only\r\nSSH-1.99-OpenSSH_3.9p1\n" + oldOffer, "diffie-hellman-group1-sha1"},
		{"SSH-2.0-x\r\n" + oldOffer[:30], ""},
		{"SSH-2.0-x\r\n\x00\x00\x00\x0c\x0a\x01no kexinit", ""},
		{"SSH-2.0-x\r\n\xff\xff\xff\xff", ""},
		{"SSH-1.5-Cisco-1.25\n", ""},
	} {
		d := &device{scripts: []script{says(tt.said)}}
		svc, took, err := identifyIn(t, d, at(40022), 1)
		if err != nil || svc.Name != "ssh" || svc.Heard[SSHKex] != tt.kex || took > maxTurn {
			t.Errorf("%.40q: %v, %v after %v", tt.said, svc, err, took)
		}
		if old := strings.HasPrefix(tt.said, "SSH-1.5"); old != (len(d.wrote) == 0) {
			t.Errorf("%.20q: wrote %q", tt.said, d.wrote)
		}
	}
}

func TestReadOfferIsBounded(t *testing.T) {
	svc := found(at(22), "ssh")
	readOffer(&svc, []string{strings.Repeat("diffie-hellman-group14-sha256,", 3) + strings.Repeat("x,y,"+strings.Repeat("z", 60)+"1,", 9) + strings.Repeat("w", 250)})
	if got := svc.Heard[SSHKex]; len(got) > lan.MaxValue || strings.HasSuffix(got, "w") || strings.Count(got, "diffie") != 1 {
		t.Errorf("%d bytes: %q", len(got), got)
	}
}

// TestSSHElse: what is left out of a list is noted, and what is no method is not.
func TestSSHElse(t *testing.T) {
	for kex, want := range map[string]string{
		"diffie-hellman-group1-sha1,kexguess2@matt.ucc.asn.au,ext-info-s,kex-strict-s-v00@openssh.com": "",
		"diffie-hellman-group1-sha1,sntrup761x25519-sha512@openssh.com":                                SSHKex,
		"diffie-hellman-group1-sha1," + strings.Repeat("z", lan.MaxValue):                              SSHKex,
	} {
		svc := found(at(22), "ssh")
		readOffer(&svc, []string{kex})
		if svc.Heard[SSHKex] != "diffie-hellman-group1-sha1" || svc.Heard[SSHElse] != want {
			t.Errorf("%.60s: %v", kex, svc.Heard)
		}
	}
}

func FuzzParseKexInit(f *testing.F) {
	f.Add([]byte(oldOffer[5:]))
	f.Add([]byte(oldOffer[5:40]))
	f.Fuzz(func(t *testing.T, b []byte) {
		lists := parseKexInit(b)
		if len(lists) > 10 || slices.ContainsFunc(lists, func(l string) bool { return len(l) > len(b) }) {
			t.Errorf("%q", lists)
		}
	})
}
