package identify

import (
	"bytes"
	"context"
	"strings"

	"github.com/homesweep/homesweep/probes"
	"github.com/homesweep/homesweep/probes/lan"
)

var _ = register(smtp{}, greets)

// smtpBanner is the text of the greeting.
const smtpBanner = "smtp.banner"

// smtp reads the 220 greeting (RFC 5321, section 4.3.1) and takes its leave.
type smtp struct{}

// Name is "smtp".
func (smtp) Name() string { return "smtp" }

// Likely claims a greeting, a refusal or a complaint on mail's ports or with
// mail's words in it.
func (smtp) Likely(ep lan.Endpoint, said []byte) bool {
	if !isReply(said, "220", "421", "500", "502", "503", "554") {
		return false
	}
	switch ep.Port {
	case 25, 465, 587:
		return true
	}
	line, _, _ := bytes.Cut(said, []byte("\n"))
	return bytes.Contains(line, []byte("SMTP"))
}

// Identify reads the whole reply and says QUIT.
func (smtp) Identify(ctx context.Context, r probes.Reach, ep lan.Endpoint) (lan.Service, error) {
	said, err := greeting(ctx, r, ep, replyComplete, []byte("QUIT\r\n")...)
	if err != nil {
		return found(ep, lan.Unknown), err
	}
	if !(smtp{}).Likely(ep, said) {
		return found(ep, lan.Unknown), probes.ErrNotMine
	}
	return smtp{}.overhear(ep, said), nil
}

func (smtp) overhear(ep lan.Endpoint, said []byte) lan.Service {
	svc := found(ep, "smtp")
	banner, product, version := parseSMTP(said)
	svc.Heard.Set(smtpBanner, banner)
	svc.Product, svc.Version = product, version
	return svc
}

// parseSMTP reads a greeting's text and the software, which stands after the
// protocol's name: "mx.home ESMTP Exim 4.96".
func parseSMTP(said []byte) (banner, product, version string) {
	banner = replyText(said)
	if !isReply(said, "220") {
		return banner, "", ""
	}
	words := strings.Fields(banner)
	for i, w := range words {
		if w != "ESMTP" && w != "SMTP" || i+1 == len(words) {
			continue
		}
		product = strings.Trim(words[i+1], "()[]<>;,")
		if i+2 < len(words) && startsVersion(words[i+2]) {
			version = versionAt(words[i+2])
		}
		break
	}
	return banner, product, version
}
