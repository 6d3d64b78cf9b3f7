package checks

import (
	"context"
	"strconv"
	"strings"

	"github.com/homesweep/homesweep/probes"
	"github.com/homesweep/homesweep/probes/identify"
	"github.com/homesweep/homesweep/probes/lan"
)

// What a handshake showed is held against what is no longer used: TLS before 1.2
// (RFC 8996), RC4 (RFC 7465), 3DES and export suites (RFC 9325 section 4.1), RSA
// below 2048 bits (section 4.5) and signatures with MD5 or SHA-1 (RFC 9155). The
// version is the best that the device has, since it was offered all of them. That
// it signs for itself is no weakness at home, nor then is how.
var _ = register(probes.Check{
	ID:        "weak-tls",
	Topic:     "How well its connections are encrypted",
	Title:     "Its encryption is out of date",
	Advice:    "What you type there, such as a password, is badly protected from others on your network. Look for an update of the device first. Then look in its settings for \"TLS\" or \"SSL\": choose 1.2 or newer, and let it make a new certificate. If it has neither, use its page only from your own Wi-Fi.",
	Guideline: 5, Provision: "5.5-1", Severity: lan.WhenYouCan, Touch: lan.Ask,
	Applies: func(_ lan.Device, s lan.Service) bool {
		return s.Heard[lan.TLSVersion] != "" || s.Heard[identify.TLSKey] != "" || s.Heard[identify.TLSFailure] != ""
	},
	Run: func(_ context.Context, p *probes.Pass) (lan.Verdict, error) {
		h := p.Service.Heard
		version, suite, key := h[lan.TLSVersion], h[identify.TLSCipher], h[identify.TLSKey]
		verdict, found := lan.Undecided, []string(nil)
		note := func(v lan.Verdict, what string) {
			if found = append(found, what); verdict != lan.Fail {
				verdict = v
			}
		}
		switch version {
		case "1.0", "1.1", "SSLv3":
			note(lan.Fail, "it has nothing newer than "+protocol(version))
		}
		for _, old := range [...]string{"RC4", "3DES", "NULL", "EXPORT", "anon"} {
			if strings.Contains(suite, "_"+old) {
				note(lan.LikelyFail, "it chose the cipher "+suite)
				break
			}
		}
		if bits, ok := strings.CutPrefix(key, "RSA "); ok {
			if n, err := strconv.Atoi(bits); err == nil && n < 2048 {
				note(lan.Fail, "its key has only "+bits+" bits")
			}
		}
		signature := h[identify.TLSSignature]
		if h[identify.TLSSelfSigned] == "" && (strings.Contains(signature, "MD5") || strings.Contains(signature, "SHA1")) {
			if note(lan.LikelyFail, "its certificate is signed with "+signature); len(found) == 1 {
				p.Grade(lan.ForInfo) // a forgery would need its signer's help
			}
		}
		switch {
		case len(found) > 0:
		case h[identify.TLSFailure] != "":
			found = []string{h[identify.TLSFailure]}
		case version == "1.2" && strings.HasPrefix(suite, "TLS_") || version == "1.3":
			verdict, found = lan.Pass, []string{strings.TrimSpace(protocol(version) + " " + suite + " " + key)}
		}
		p.Saw("began an encrypted connection to "+p.Service.Key(), strings.Join(found, "; "))
		return verdict, nil
	},
})

// protocol is a version with the name that it goes by.
func protocol(version string) string {
	if strings.HasPrefix(version, "SSL") {
		return version
	}
	return "TLS " + version
}
