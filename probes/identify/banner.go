package identify

import (
	"bytes"
	"context"
	"strings"

	"github.com/homesweep/homesweep/probes"
	"github.com/homesweep/homesweep/probes/lan"
)

// banner is the identifier of a protocol of which only the first line is read:
// what a server says first, or to a stranger's question. The line is kept under
// "<name>.banner".
type banner struct {
	name    string   // of the protocol, in logs
	service string   // IANA's, or the maker's own where there is none
	begins  []string // one of these begins the line
	has     string   // and this stands in it
	product string   // "" where many make it
}

// banners are those protocols, after what their specification or their own
// server has them say.
var banners = []banner{
	{"asterisk-ami", "asterisk-ami", []string{"Asterisk Call Manager/"}, "", "Asterisk"},
	{"imap", "imap", []string{"* OK", "* PREAUTH", "* BYE", "* BAD"}, "", ""}, // RFC 9051, section 7.1
	{"irc", "irc", []string{":", "NOTICE "}, " :*** ", ""},                    // RFC 2812, section 3.3.2
	{"gpsd", "gpsd", []string{"{"}, `"class":"VERSION"`, "gpsd"},              // gpsd_json(5)
	{"irc-closing", "irc", []string{"ERROR :"}, "", ""},                       // RFC 2812, section 3.7.4
	{"irc-unknown", "irc", []string{":"}, " 421 ", ""},                        // RFC 2812, section 5.2
	{"irc-unregistered", "irc", []string{":"}, " 451 ", ""},
	{"json-rpc", "json-rpc", []string{"{"}, `"jsonrpc"`, ""},                                   // Kodi, Snapcast
	{"managesieve", "sieve", []string{`"IMPLEMENTATION" "`}, "", ""},                           // RFC 5804, section 1.7
	{"mpd", "mpd", []string{"OK MPD ", "ACK ["}, "", "MPD"},                                    // MPD's protocol.rst
	{"nntp", "nntp", []string{"200 ", "201 "}, "NNTP", ""},                                     // RFC 3977, section 5.1
	{"pop3", "pop3", []string{"+OK"}, "", ""},                                                  // RFC 1939, section 4
	{"svn", "svn", []string{"( success ( "}, "", ""},                                           // Subversion's ra_svn protocol
	{"teamspeak", "teamspeak-query", []string{"TS3\n", "TS3\r\n"}, "", "TeamSpeak"},            // its ServerQuery manual
	{"vmware-auth", "vmware-auth", []string{"220 VMware Authentication Daemon"}, "", "VMware"}, // port 902
	{"xmpp", "xmpp-client", []string{"<?xml", "<stream:"}, "<stream:", ""},                     // RFC 6120, section 4.9
}

var _ = registerBanners()

func registerBanners() bool {
	for i := range banners {
		register(&banners[i], greets)
	}
	return true
}

// servers are the makers of mail and news servers that name themselves in a
// first line, without which the product stays unknown.
var servers = []string{"Dovecot", "Courier", "Cyrus", "Cyrus IMAP", "INN", "ZNC", "InspIRCd", "ngircd"}

// Name is the protocol's.
func (b *banner) Name() string { return b.name }

// Likely claims the first line.
func (b *banner) Likely(ep lan.Endpoint, said []byte) bool {
	if ep.Transport != lan.TCP || !bytes.Contains(said[:min(len(said), 512)], []byte(b.has)) {
		return false
	}
	for _, begin := range b.begins {
		rest, ok := bytes.CutPrefix(said, []byte(begin))
		// A word of the line is whole: "+OKAY" is no POP3.
		if ok && (len(rest) == 0 || !isLetter(begin[len(begin)-1]) || !isLetter(rest[0])) {
			return true
		}
	}
	return false
}

// Identify reads the line to its end.
func (b *banner) Identify(ctx context.Context, r probes.Reach, ep lan.Endpoint) (lan.Service, error) {
	said, err := greeting(ctx, r, ep, func(said []byte) bool { return bytes.IndexByte(said, '\n') >= 0 })
	if err != nil {
		return found(ep, lan.Unknown), err
	}
	if !b.Likely(ep, said) {
		return found(ep, lan.Unknown), probes.ErrNotMine
	}
	return b.overhear(ep, said), nil
}

func (b *banner) overhear(ep lan.Endpoint, said []byte) lan.Service {
	svc := found(ep, b.service)
	line, product, version := parseBanner(said)
	svc.Heard.Set(b.name+".banner", line)
	if b.product != "" {
		product = b.product
	}
	svc.Product = product
	if product != "" {
		svc.Version = version
	}
	return svc
}

// parseBanner reads a first line, the server that it names and the first word
// in it, after a blank or a slash, that begins like a version and has a dot.
func parseBanner(said []byte) (line, product, version string) {
	line, _, _ = strings.Cut(string(said[:min(len(said), maxGreeting)]), "\n")
	line = strings.TrimSpace(line)
	for _, name := range servers {
		if strings.Contains(line, name) {
			product = name
		}
	}
	for word := range strings.FieldsFuncSeq(line, func(r rune) bool { return strings.ContainsRune(` /()[]"`, r) }) {
		if startsVersion(word) && strings.Contains(word, ".") && strings.Count(word, ".") < 3 {
			return line, product, versionAt(word)
		}
	}
	return line, product, ""
}

func isLetter(b byte) bool { return b|0x20 >= 'a' && b|0x20 <= 'z' }
