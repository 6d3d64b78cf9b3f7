package identify

import (
	"bufio"
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/homesweep/homesweep/probes"
	"github.com/homesweep/homesweep/probes/lan"
)

var _ = register(ssh{}, greets)

// What a server offers in its SSH_MSG_KEXINIT (RFC 4253, section 7.1), its
// favourite first, space separated. Makers' own names (…@openssh.com) are left
// out but for those of CBC. SSHElse has the fields in which a name was left out,
// or more were than fit, so that nobody takes what is left for all.
const (
	SSHKex     = "ssh.kex"
	SSHHostKey = "ssh.host_key"
	SSHCipher  = "ssh.cipher" // from server to client, as the next
	SSHMAC     = "ssh.mac"
	SSHElse    = "ssh.else"
)

// ssh reads the identification string (RFC 4253, section 4.2), says its own and
// reads the offer that a server makes to everybody. It begins no key exchange.
type ssh struct{}

// maxOffer bounds a KEXINIT; the RFC has every side take packets of 35,000 bytes.
const maxOffer = 35_000

const sshHello = "SSH-2.0-homesweep\r\n"

// Name is "ssh".
func (ssh) Name() string { return "ssh" }

// Likely claims an identification string, which other lines may precede.
func (ssh) Likely(_ lan.Endpoint, said []byte) bool {
	return bytes.HasPrefix(said, []byte("SSH-")) || bytes.Contains(said, []byte("\nSSH-"))
}

// Identify reads the identification string to its end and then the offer; one
// that does not come is no matter.
func (ssh) Identify(ctx context.Context, r probes.Reach, ep lan.Endpoint) (lan.Service, error) {
	conn, err := r.Dial(ctx, ep)
	if err != nil {
		return found(ep, lan.Unknown), fmt.Errorf("connect to %s: %w", ep, err)
	}
	defer conn.Close()
	in := bufio.NewReaderSize(conn, maxGreeting)
	said, err := sshBanner(in)
	if !(ssh{}).Likely(ep, said) {
		if len(said) == 0 && err != nil && !errors.Is(err, io.EOF) {
			return found(ep, lan.Unknown), fmt.Errorf("read from %s: %w", ep, err)
		}
		return found(ep, lan.Unknown), probes.ErrNotMine
	}
	svc := ssh{}.overhear(ep, said)
	if err != nil || strings.HasPrefix(svc.Heard[lan.SSHBanner], "SSH-1.") && !strings.HasPrefix(svc.Heard[lan.SSHBanner], "SSH-1.99-") {
		return svc, nil
	}
	if _, err := io.WriteString(conn, sshHello); err != nil {
		return svc, nil
	}
	head := make([]byte, 5) // packet's length, padding's
	if _, err := io.ReadFull(in, head); err != nil {
		return svc, nil
	}
	left := min(binary.BigEndian.Uint32(head), maxOffer) // with padding's length, which is read
	if left == 0 {
		return svc, nil
	}
	packet := make([]byte, left-1)
	n, _ := io.ReadFull(in, packet)
	readOffer(&svc, parseKexInit(packet[:n]))
	return svc, nil
}

// sshBanner reads up to the end of the identification string, which other lines
// may precede.
func sshBanner(in *bufio.Reader) (said []byte, err error) {
	for len(said) < maxGreeting {
		line, err := in.ReadSlice('\n')
		said = append(said, line...)
		if err != nil || bytes.HasPrefix(line, []byte("SSH-")) {
			return said, err
		}
	}
	return said, bufio.ErrBufferFull
}

// readOffer notes the name-lists of a KEXINIT.
func readOffer(svc *lan.Service, offer []string) {
	for i, field := range [...]string{0: SSHKex, 1: SSHHostKey, 3: SSHCipher, 5: SSHMAC} {
		if i >= len(offer) || field == "" {
			continue
		}
		for name := range strings.SplitSeq(offer[i], ",") {
			own := strings.Contains(name, "@") && !strings.Contains(name, "cbc")
			switch {
			case sshSignals[name]:
			case own || len(svc.Heard[field])+1+len(name) > lan.MaxValue:
				svc.Heard.Add(SSHElse, field)
			default:
				svc.Heard.Add(field, name)
			}
		}
	}
}

// sshSignals are names in a list of key exchanges that are no method: they say
// what else a server can do (RFC 8308 section 2.1; OpenSSH's PROTOCOL file).
var sshSignals = map[string]bool{
	"ext-info-s": true, "kex-strict-s-v00@openssh.com": true, "kexguess2@matt.ucc.asn.au": true,
}

// parseKexInit is the name-lists of an SSH_MSG_KEXINIT, as many as are whole:
// key exchange, host key, cipher and MAC to the server and from it, and more.
func parseKexInit(payload []byte) (lists []string) {
	c := cursor{b: payload}
	if c.big(1) != 20 || c.take(16) == nil {
		return nil
	}
	for range 10 {
		list := c.text(c.big(4))
		if c.short {
			break
		}
		lists = append(lists, list)
	}
	return lists
}

func (ssh) overhear(ep lan.Endpoint, said []byte) lan.Service {
	svc := found(ep, "ssh")
	banner, product, version := parseSSH(said)
	svc.Heard.Set(lan.SSHBanner, banner)
	svc.Product, svc.Version = product, version
	return svc
}

// parseSSH splits "SSH-2.0-OpenSSH_9.2p1 Debian-2" into the whole line, the
// software and its version, where it has one.
func parseSSH(said []byte) (banner, product, version string) {
	s := bufio.NewScanner(bytes.NewReader(said))
	for s.Scan() {
		if line := s.Text(); strings.HasPrefix(line, "SSH-") {
			banner = strings.TrimRight(line, "\r")
			break
		}
	}
	parts := strings.SplitN(banner, "-", 3)
	if len(parts) < 3 || len(banner) > 253 { // the RFC's limit less CR LF
		return banner, "", ""
	}
	software, _, _ := strings.Cut(parts[2], " ")
	for i, r := range software {
		if strings.ContainsRune("_-/", r) && startsVersion(software[i+1:]) {
			return banner, software[:i], software[i+1:]
		}
	}
	return banner, strings.TrimRight(software, "_-"), ""
}
