package notify

import (
	"encoding/base64"
	"mime/quotedprintable"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/homesweep/homesweep/probes/lan"
)

// mail is m as RFC 5322 wants it, lines ending in CRLF. What comes from devices is
// in the subject and the text only, encoded both.
func mail(c *lan.Channel, m *message) string {
	_, host, _ := strings.Cut(c.From, "@")
	var b strings.Builder
	for _, field := range [][2]string{
		{"From", "homesweep <" + c.From + ">"},
		{"To", "<" + c.To + ">"},
		{"Subject", encodedWord(lan.Printable(m.Title, maxTitle))},
		{"Date", m.At.Format(time.RFC1123Z)},
		{"Message-ID", "<" + m.ID + "@" + host + ">"},
		{"Auto-Submitted", "auto-generated"}, // RFC 3834: holiday replies are not for us
		{"MIME-Version", "1.0"},
		{"Content-Type", "text/plain; charset=utf-8"},
		{"Content-Transfer-Encoding", "quoted-printable"},
	} {
		b.WriteString(field[0] + ": " + field[1] + "\r\n")
	}
	b.WriteString("\r\n")
	w := quotedprintable.NewWriter(&b)
	_, _ = w.Write([]byte(strings.ReplaceAll(m.Words, "\n", "\r\n") + "\r\n")) // a Builder takes everything
	_ = w.Close()
	return b.String()
}

// maxWord is how many bytes are in one encoded word: it is 75 long at most.
const maxWord = 45

// encodedWord is s for a header, as RFC 2047 says: as it is, if nothing in it is
// beyond ASCII nor looks encoded already.
func encodedWord(s string) string {
	if !strings.Contains(s, "=?") && !strings.ContainsFunc(s, func(r rune) bool { return r < ' ' || r > '~' }) {
		return s
	}
	var words []string
	for len(s) > 0 {
		n := min(len(s), maxWord)
		for n > maxWord-utf8.UTFMax && n < len(s) && !utf8.RuneStart(s[n]) {
			n--
		}
		words = append(words, "=?utf-8?b?"+base64.StdEncoding.EncodeToString([]byte(s[:n]))+"?=")
		s = s[n:]
	}
	return strings.Join(words, " ") // which a reader leaves out
}

// dotted is text with each line that begins with a dot given another (RFC 5321
// section 4.5.2).
func dotted(text string) string {
	text = strings.ReplaceAll(text, "\r\n.", "\r\n..")
	if strings.HasPrefix(text, ".") {
		text = "." + text
	}
	return text
}
