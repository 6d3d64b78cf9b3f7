package nvt

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"
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

func TestPromptOf(t *testing.T) {
	for text, want := range map[string]Prompt{
		"BusyBox v1.19\r\ncam login: ":           Login,
		"Username: ":                             Login,
		"login as: ":                             Login,
		"Password: ":                             Password,
		"root's Password:":                       Password,
		"BusyBox built-in shell (ash)\r\n\r\n# ": Shell,
		"root@OpenWrt:/# ":                       Shell,
		"\x1b[32madmin\x1b[0m@nas:~$ ":           Shell,
		"(none) login: ":                         Login,
		"Welcome to the router.":                 "",
		"":                                       "",
		"Last login: today\r\n> ":                Shell,
		"Login incorrect\r\nlogin: ":             Login,
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
		PromptOf(text)
		if len(text) > maxText+1 || l.Buffer.Len() > 3*maxRefusals {
			t.Errorf("kept %d bytes, sent %d", len(text), l.Buffer.Len())
		}
	})
}
