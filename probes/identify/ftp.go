package identify

import (
	"bytes"
	"context"
	"strings"

	"github.com/homesweep/homesweep/probes"
	"github.com/homesweep/homesweep/probes/lan"
)

var _ = register(ftp{}, greets)

// ftp reads the 220 greeting (RFC 959, section 5.4) and takes its leave.
type ftp struct{}

// Name is "ftp".
func (ftp) Name() string { return "ftp" }

// Likely claims a 220, which mail servers say too and then name their protocol,
// and on FTP's ports or with its name what a server says that has no time, takes
// no stranger or does not understand.
func (ftp) Likely(ep lan.Endpoint, said []byte) bool {
	if (smtp{}).Likely(ep, said) || bytes.HasPrefix(said, []byte("220 VMware")) {
		return false
	}
	line, _, _ := bytes.Cut(said, []byte("\n"))
	return isReply(said, "220") || isReply(said, "120", "421", "500", "530") &&
		(ep.Port == 21 || ep.Port == 2121 || bytes.Contains(line, []byte("FTP")))
}

// Identify reads the whole reply and says QUIT.
func (ftp) Identify(ctx context.Context, r probes.Reach, ep lan.Endpoint) (lan.Service, error) {
	said, err := greeting(ctx, r, ep, replyComplete, []byte("QUIT\r\n")...)
	if err != nil {
		return found(ep, lan.Unknown), err
	}
	if !(ftp{}).Likely(ep, said) {
		return found(ep, lan.Unknown), probes.ErrNotMine
	}
	return ftp{}.overhear(ep, said), nil
}

func (ftp) overhear(ep lan.Endpoint, said []byte) lan.Service {
	svc := found(ep, "ftp")
	banner, product, version := parseFTP(said)
	svc.Heard.Set(lan.FTPBanner, banner)
	svc.Product, svc.Version = product, version
	return svc
}

// parseFTP reads a greeting's text without its codes, and the server in it:
// a word with "ftp" in it that is not just the protocol's name, or FileZilla,
// and the number after it.
func parseFTP(said []byte) (banner, product, version string) {
	banner = replyText(said)
	words := strings.FieldsFunc(banner, func(r rune) bool {
		return strings.ContainsRune(" \t()[]/,;:", r)
	})
	for i, w := range words {
		lower := strings.ToLower(w)
		if lower != "filezilla" && (!strings.Contains(lower, "ftp") || lower == "ftp" || lower == "sftp" ||
			lower == "ftps" || lower == "ftpd" || strings.Contains(w, ".")) {
			continue
		}
		for _, next := range words[i+1 : min(i+4, len(words))] {
			if startsVersion(next) {
				return banner, w, versionAt(next)
			}
			if !strings.EqualFold(next, "server") && !strings.EqualFold(next, "version") {
				break
			}
		}
		return banner, w, ""
	}
	return banner, "", ""
}

// isReply reports whether said starts with an FTP or SMTP reply of one of the
// codes.
func isReply(said []byte, codes ...string) bool {
	for _, code := range codes {
		rest, ok := bytes.CutPrefix(said, []byte(code))
		if ok && (len(rest) == 0 || rest[0] == ' ' || rest[0] == '-' || rest[0] == '\r' || rest[0] == '\n') {
			return true
		}
	}
	return false
}

// replyComplete reports whether a reply's last line is there: code, blank.
func replyComplete(said []byte) bool {
	if !bytes.HasSuffix(said, []byte("\n")) {
		return false
	}
	said = bytes.TrimRight(said, "\r\n")
	last := said[bytes.LastIndexByte(said, '\n')+1:]
	return len(last) == 3 || len(last) > 3 && last[3] == ' ' && isReply(said, string(last[:3]))
}

// replyText is a reply's text, its lines joined by a blank and without codes.
func replyText(said []byte) string {
	var b strings.Builder
	for line := range strings.Lines(string(said[:min(len(said), maxGreeting)])) {
		line = strings.TrimSpace(line)
		if isReply([]byte(line), "220", "120", "421", "500", "502", "503", "530", "554") {
			line = strings.TrimLeft(line[3:], "- ")
		}
		if line != "" {
			b.WriteString(line + " ")
		}
	}
	return lan.Printable(b.String(), maxGreeting)
}
