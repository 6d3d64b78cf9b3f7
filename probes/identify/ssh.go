package identify

import (
	"bufio"
	"bytes"
	"context"
	"strings"

	"github.com/homesweep/homesweep/probes"
	"github.com/homesweep/homesweep/probes/lan"
)

var _ = register(ssh{}, greets)

// ssh reads the identification string (RFC 4253, section 4.2) and goes.
type ssh struct{}

// Name is "ssh".
func (ssh) Name() string { return "ssh" }

// Likely claims an identification string, which other lines may precede.
func (ssh) Likely(_ lan.Endpoint, said []byte) bool {
	return bytes.HasPrefix(said, []byte("SSH-")) || bytes.Contains(said, []byte("\nSSH-"))
}

// Identify reads the identification string to its end.
func (ssh) Identify(ctx context.Context, r probes.Reach, ep lan.Endpoint) (lan.Service, error) {
	said, err := greeting(ctx, r, ep, func(said []byte) bool {
		i := bytes.Index(said, []byte("SSH-"))
		return i >= 0 && bytes.IndexByte(said[i:], '\n') >= 0
	})
	if err != nil {
		return found(ep, lan.Unknown), err
	}
	if !(ssh{}).Likely(ep, said) {
		return found(ep, lan.Unknown), probes.ErrNotMine
	}
	return ssh{}.overhear(ep, said), nil
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
