package identify

import (
	"io"
	"net"
	"strings"
	"testing"
)

// telnetd negotiates as BusyBox telnetd does, waits for its options to be
// refused, and then shows text.
func telnetd(text string) script {
	return func(c net.Conn) {
		io.WriteString(c, "\xff\xfd\x01\xff\xfd\x1f\xff\xfb\x01\xff\xfb\x03")
		refused := make([]byte, 12)
		if _, err := io.ReadFull(c, refused); err != nil {
			return
		}
		if string(refused) != "\xff\xfc\x01\xff\xfc\x1f\xff\xfe\x01\xff\xfe\x03" {
			text = "options were not refused\r\n"
		}
		io.WriteString(c, text)
		io.Copy(io.Discard, c)
	}
}

func TestParsePrompt(t *testing.T) {
	for text, want := range map[string]string{
		"":                                      "",
		"Welcome\r\nlogin: ":                    "login",
		"OpenWrt login:":                        "login",
		"(none) login: ":                        "login",
		"Username:":                             "login",
		"User Access Verification\r\nPassword:": "password",
		"Please enter Password: \r\n":           "password",
		"BusyBox v1.30\r\n\r\n/ # ":             "shell",
		"# ":                                    "shell",
		"$":                                     "shell",
		"root@ipcam:~# ":                        "shell",
		"[root@dvr ~]$ ":                        "shell",
		"ATP>":                                  "shell",
		"Router>":                               "shell",
		">":                                     "",
		"Make a choice >":                       "",
		"press any key>":                        "",
		"price: 5 $":                            "",
		"<stream:stream>":                       "",
		"{\"a\":1}":                             "",
		"item #":                                "",
	} {
		if got := parsePrompt(text); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

func TestParseTelnet(t *testing.T) {
	for _, tt := range []struct{ said, text, refusals string }{
		{"plain", "plain", ""},
		{"\xff\xfd\x18a", "a", "\xff\xfc\x18"},
		{"\xff\xfb\x01\xff\xfe\x01\xff\xfc\x02", "", "\xff\xfe\x01"},
		{"a\xff\xffb", "a\xffb", ""},
		{"a\xff\xfa\x18\x01\xff\xf0b", "ab", ""},
		{"a\xff\xfa\x18", "a", ""},
		{"a\xff\xfd", "a", ""},
		{"\x1b[2J\x1b[1;31mhi\x00", "hi", ""},
	} {
		text, refusals := parseTelnet([]byte(tt.said))
		if text != tt.text || string(refusals) != tt.refusals {
			t.Errorf("%q: text %q refusals %q", tt.said, text, refusals)
		}
	}
	if _, refusals := parseTelnet([]byte(strings.Repeat("\xff\xfd\x18", 1000))); len(refusals) != 3*maxRefusals {
		t.Errorf("%d bytes of refusals", len(refusals))
	}
}
