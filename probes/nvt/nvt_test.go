package nvt

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"
)

// line is a conversation whose other side has already said everything.
type line struct {
	io.Reader
	bytes.Buffer
}

func (l *line) Read(b []byte) (int, error) { return l.Reader.Read(b) }

func heard(t *testing.T, said string) (*Terminal, *line, string) {
	t.Helper()
	l := &line{Reader: strings.NewReader(said)}
	term := New(l)
	text, err := term.ReadUntil(func(string) bool { return false })
	if !errors.Is(err, io.EOF) {
		t.Fatalf("read: %v", err)
	}
	return term, l, text
}

func TestNegotiationIsRefusedAndTakenOut(t *testing.T) {
	term, l, text := heard(t, "\xff\xfd\x18\xff\xfb\x01\xff\xfa\x18\x01\xff\xf0hall \xff\xffcam login: \xff\xfc\x03")
	if text != "hall \xffcam login: " {
		t.Errorf("text %q", text)
	}
	if got := l.Buffer.String(); got != "\xff\xfc\x18\xff\xfe\x01" {
		t.Errorf("answered % x", got)
	}
	if !term.Negotiated() {
		t.Error("did not notice the negotiation")
	}
}

func TestEndlessTalkIsCutOff(t *testing.T) {
	term := New(&line{Reader: io.MultiReader(strings.NewReader(strings.Repeat("A", maxText)), strings.NewReader(strings.Repeat("B", 600)))})
	text, err := term.ReadUntil(func(string) bool { return false })
	if !errors.Is(err, ErrFull) || len(text) != maxText {
		t.Errorf("kept %d bytes, error %v", len(text), err)
	}
}

func TestPlain(t *testing.T) {
	for _, tt := range []struct{ said, text, refusals string }{
		{"plain", "plain", ""},
		{"\xff\xfd\x18a", "a", "\xff\xfc\x18"},
		{"\xff\xfb\x01\xff\xfe\x01\xff\xfc\x02", "", "\xff\xfe\x01"},
		{"a\xff\xffb", "a\xffb", ""},
		{"a\xff\xfa\x18\x01\xff\xf0b", "ab", ""},
		{"a\xff\xfa\x1f\xf0\xff\xff\xf0\xff\xf0b", "ab", ""}, // SE and a doubled IAC as data
		{"a\xff\xfa\x18", "a", ""},
		{"a\xff\xfd", "a", ""},
		{"a\xff\xf9b", "ab", ""}, // GA has no option
		{"\x1b[2J\x1b[1;31mhi\x00", "hi", ""},
		{"\x1b(B\x1b=hi\x1b[2", "hi", ""},
		{"\x1b7a\x1b8\x1bZb\x1b]2;x\x07c\x1bPq\x1b\\d\x1b", "abcd", ""},
		{"\x1b]2;never ends\nlogin: ", "\nlogin: ", ""},
	} {
		text, refusals := Plain([]byte(tt.said))
		if text != tt.text || string(refusals) != tt.refusals {
			t.Errorf("%q: text %q refusals %q", tt.said, text, refusals)
		}
	}
	if _, refusals := Plain([]byte(strings.Repeat("\xff\xfd\x18", 1000))); len(refusals) != 3*maxRefusals {
		t.Errorf("%d bytes of refusals", len(refusals))
	}
}

func TestSendDoublesTheCommandByte(t *testing.T) {
	l := &line{Reader: strings.NewReader("")}
	if err := New(l).Send("a\xffb"); err != nil || l.Buffer.String() != "a\xff\xffb\r\n" {
		t.Errorf("sent %q, %v", l.Buffer.String(), err)
	}
}

func TestPromptOf(t *testing.T) {
	for text, want := range map[string]Prompt{
		"":                                       "",
		"Welcome to the router.":                 "",
		"BusyBox v1.19\r\ncam login: ":           Login,
		"Welcome\r\nlogin: ":                     Login,
		"OpenWrt login:":                         Login,
		"Username: ":                             Login,
		"Username : ":                            Login,
		"user name>":                             Login,
		"User ID: ":                              Login,
		"Account name: ":                         Login,
		"login as: ":                             Login,
		"(none) login: ":                         Login,
		"Login incorrect\r\nlogin: ":             Login,
		"login:\x00 ":                            Login,
		"Password: ":                             Password,
		"Password : ":                            Password,
		"root's Password:":                       Password,
		"Password for admin:":                    Password,
		"Please enter Password: \r\n":            Password,
		"User Access Verification\r\nPassword:":  Password,
		"BusyBox built-in shell (ash)\r\n\r\n# ": Shell,
		"BusyBox v1.30\r\n\r\n/ # ":              Shell,
		"root@OpenWrt:/# ":                       Shell,
		"root@ipcam:~# ":                         Shell,
		"[root@dvr ~]$ ":                         Shell,
		"\x1b[32madmin\x1b[0m@nas:~$ ":           Shell,
		"$":                                      Shell,
		"ATP>":                                   Shell,
		"Router>":                                Shell,
		"superuser>":                             Shell,
		"Last login: today\r\n> ":                Menu,
		">":                                      Menu,
		"[admin@MikroTik] > ":                    Menu,
		"{Administrator}=>":                      Menu,
		"** Welcome **\r\n#### hello there ####": "",
		"####\r\n":                               "",
		"CLI>>":                                  Menu,
		"##":                                     Menu,
		"Make a choice >":                        Menu,
		"price: 5 $":                             Menu,
		"item #":                                 Menu,
		"Login: \a":                              Login,
		"\x1b]0;router\x07\x1b7Login: \x1b8\x1b[6n": Login,
		"Passwort: ":                    Password,
		"Pass word :":                   Password,
		"Enter Menu Selection Number: ": Menu,
		"software license? [Y/n]: ":     Menu,
		"Your choice ?":                 Menu,
		"(GS724Tv4) >":                  Menu,
		"<Huawei>":                      Menu,
		"TP-Link(conf)#":                Shell,
		"DrayTek> ":                     Shell,
		"WAP>":                          Shell,
		"ras> ":                         Shell,
		"\r\nFailed logins:":            "",
		"\r\nUnsuccessful login:":       "",
		"\r\nLast login:":               "",
		"Last failed login: ":           "",
		"{\"a\":1}":                     "",
		strings.Repeat("a", 81) + "#":   "",
	} {
		if got := PromptOf(text); got != want {
			t.Errorf("PromptOf(%q) = %q, want %q", text, got, want)
		}
	}
}

func FuzzTerminal(f *testing.F) {
	f.Add("\xff\xfd\x18\xff\xfa\x18\x01\xff\xf0login: ")
	f.Add("\xff\xff\xff")
	f.Fuzz(func(t *testing.T, said string) {
		l := &line{Reader: strings.NewReader(said)}
		text, _ := New(l).ReadUntil(func(string) bool { return false })
		if len(text) > maxText || l.Buffer.Len() > 3*maxRefusals {
			t.Errorf("kept %d bytes, sent %d", len(text), l.Buffer.Len())
		}
		// However the bytes are cut into pieces, the text is the same.
		apart, _ := New(&line{Reader: iotest.OneByteReader(strings.NewReader(said))}).ReadUntil(func(string) bool { return false })
		if apart != text {
			t.Errorf("%q in one piece, %q byte by byte", text, apart)
		}
	})
}

// FuzzPlain also holds Plain to its promise that more bytes only add refusals:
// a peer must never get one twice or out of order.
func FuzzPlain(f *testing.F) {
	f.Add([]byte("\xff\xfd\x18\xff\xfb\x01login: "), 4)
	f.Add([]byte("\xff\xfa\x18\x01\xff\xf0\xff\xff\x1b[2J"), 3)
	f.Fuzz(func(t *testing.T, said []byte, cut int) {
		text, refusals := Plain(said)
		if len(text) > len(said) || len(refusals) > 3*maxRefusals {
			t.Errorf("%d bytes of text, %d of refusals from %d", len(text), len(refusals), len(said))
		}
		if cut >= 0 && cut < len(said) {
			if _, before := Plain(said[:cut]); !bytes.HasPrefix(refusals, before) {
				t.Errorf("refused %x, then %x", before, refusals)
			}
		}
		if Negotiates(said) && !bytes.HasPrefix(said, []byte{iac}) {
			t.Errorf("%x is no command", said)
		}
	})
}

func FuzzPromptOf(f *testing.F) {
	for _, s := range []string{"login: ", "root@cam:~# ", "[a b]$", ">", "Password:", "Username : "} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		switch got := PromptOf(text); got {
		case "", Login, Password, Shell, Menu:
		default:
			t.Errorf("%q", got)
		}
		if got := PromptOf(text + "\r\nlogin: "); got != Login && !strings.Contains(text, "\x1b") {
			t.Errorf("a login prompt after %q is %q", text, got)
		}
	})
}
