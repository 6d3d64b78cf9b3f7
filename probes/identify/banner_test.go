package identify

import (
	"testing"

	"github.com/homesweep/homesweep/probes/lan"
)

var (
	_ = fakeOf("asterisk-ami", at(5038), says("Asterisk Call Manager/7.0.3\r\n"), lan.Service{Name: "asterisk-ami", Product: "Asterisk", Version: "7.0.3"})
	_ = fakeOf("imap", at(143), says("* OK [CAPABILITY IMAP4rev1 STARTTLS] Dovecot (Debian) ready.\r\n"), lan.Service{Name: "imap", Product: "Dovecot"})
	_ = fakeOf("imap", at(993), inTLS("", says("* OK Cyrus IMAP 3.6.1-Debian server ready\r\n")), lan.Service{Name: "imaps", Product: "Cyrus IMAP", Version: "3.6.1-Debian"})
	_ = fakeOf("irc", at(6669), says(":irc.home NOTICE AUTH :*** Looking up your hostname...\r\n"), lan.Service{Name: "irc"})
	_ = fakeOf("gpsd", at(2947), says(`{"class":"VERSION","release":"3.22","rev":"3.22","proto_major":3,"proto_minor":14}`+"\r\n"), lan.Service{Name: "gpsd", Product: "gpsd", Version: "3.22"})
	_ = fakeOf("irc-unknown", at(6669), thenSays(says(":irc.home 421 * GET :Unknown command\r\n")), lan.Service{Name: "irc"})
	_ = fakeOf("irc-unregistered", at(6669), thenSays(says(":irc.home 451 * :Connection not registered\r\n")), lan.Service{Name: "irc"})
	_ = fakeOf("irc-closing", at(6697), inTLS("", says("ERROR :Closing Link: 192.168.1.2 (Too many connections)\r\n")), lan.Service{Name: "ircs-u"})
	_ = fakeOf("json-rpc", at(9090), thenSays(says(`{"error":{"code":-32700,"message":"Parse error."},"id":null,"jsonrpc":"2.0"}`)), lan.Service{Name: "json-rpc"})
	_ = fakeOf("managesieve", at(4190), says("\"IMPLEMENTATION\" \"Dovecot Pigeonhole\"\r\n\"SIEVE\" \"fileinto\"\r\nOK\r\n"), lan.Service{Name: "sieve", Product: "Dovecot"})
	_ = fakeOf("mpd", at(6600), says("OK MPD 0.23.5\n"), lan.Service{Name: "mpd", Product: "MPD", Version: "0.23.5"})
	_ = fakeOf("nntp", at(119), says("200 news.home InterNetNews NNRP server INN 2.7.1 ready (posting ok), NNTP\r\n"), lan.Service{Name: "nntp", Product: "INN", Version: "2.7.1"})
	_ = fakeOf("pop3", at(110), says("+OK Dovecot ready.\r\n"), lan.Service{Name: "pop3", Product: "Dovecot"})
	_ = fakeOf("svn", at(3690), says("( success ( 2 2 ( ) ( edit-pipeline svndiff1 ) ) ) "), lan.Service{Name: "svn"})
	_ = fakeOf("teamspeak", at(10011), says("TS3\n\rWelcome to the TeamSpeak 3 ServerQuery interface\n\r"), lan.Service{Name: "teamspeak-query", Product: "TeamSpeak"})
	_ = fakeOf("vmware-auth", at(902), says("220 VMware Authentication Daemon Version 1.10: SSL Required, ServerDaemonProtocol:SOAP\r\n"),
		lan.Service{Name: "vmware-auth", Product: "VMware", Version: "1.10"})
	_ = fakeOf("xmpp", at(5222), thenSays(says("<?xml version='1.0'?><stream:stream xmlns='jabber:client'><stream:error>")), lan.Service{Name: "xmpp-client"})
)

func TestBannerLikely(t *testing.T) {
	for said, want := range map[string]string{
		"+OK\r\n": "pop3", "+OK ready": "pop3", "+OKAY\r\n": "", "+PONG": "",
		"* OK hi\r\n": "imap", "* OKAPI": "", "*** welcome": "",
		"200 OK\r\n": "", "201 nothing": "", ":) hello": "", "{}": "", "<?xml version='1.0'?><rss>": "", "ACK [5@0] {} unknown command": "mpd",
	} {
		got := ""
		for i := range banners {
			if banners[i].Likely(at(1), []byte(said)) {
				got += banners[i].name
			}
		}
		if got != want {
			t.Errorf("%q is %q, want %q", said, got, want)
		}
	}
}

func FuzzParseBanner(f *testing.F) {
	for _, b := range banners {
		f.Add([]byte(b.begins[0] + b.has + "7.0.3 Dovecot\r\n"))
	}
	f.Fuzz(func(t *testing.T, said []byte) {
		line, product, version := parseBanner(said)
		inside(t, line, string(said))
		inside(t, product, line)
		inside(t, version, line)
	})
}
