package ssh

import (
	"bufio"
	"bytes"
	"io"
	"slices"
	"strings"
	"testing"
)

// line is a conversation whose other side has already said everything.
type line struct {
	io.Reader
	bytes.Buffer
}

func (l *line) Read(b []byte) (int, error) { return l.Reader.Read(b) }

// FuzzOpen is any server up to its keys, and any bytes where they are.
func FuzzOpen(f *testing.F) {
	offer := string(rune(msgKexInit)) + strings.Repeat("c", 16)
	for _, list := range []string{"diffie-hellman-group1-sha1", "ssh-dss", "3des-cbc", "3des-cbc", "hmac-sha1", "hmac-sha1", "none", "none", "", ""} {
		offer += string(field(list))
	}
	f.Add("SSH-2.0-x\r\n" + framed(offer+"\x00\x00\x00\x00\x00") + framed("\x1f"+strings.Repeat("\x00\x00\x00\x01\x02", 3)) + framed("\x15"))
	f.Add("SSH-1.99-x\n" + framed(offer+"\x01\x00\x00\x00\x00") + framed("\x1f"))
	f.Add("Not allowed at this time\r\n")
	f.Fuzz(func(t *testing.T, said string) {
		l := &line{Reader: strings.NewReader(said)}
		if c, err := Open(l); err == nil {
			t.Errorf("keys that nobody could know were agreed on with %q", c.Server)
		}
		if l.Len() > 4<<10 {
			t.Errorf("sent %d bytes", l.Len())
		}
	})
}

// FuzzLogin is any server once the keys are there, read without them. Whatever
// it says, nobody is in without a SUCCESS, and the password is given once.
func FuzzLogin(f *testing.F) {
	f.Add(framed("\x33\x00\x00\x00\x08password\x00"), byte(1))
	f.Add(framed("\x35\x00\x00\x00\x02hi\x00\x00\x00\x00")+framed("\x34"), byte(0))
	f.Add(framed("\x3c"+strings.Repeat("\x00", 12)+"\x00\x00\x00\x01\x00\x00\x00\x02p:\x00")+framed("\x34"), byte(2))
	f.Add(framed("\x3c"+strings.Repeat("\x00", 16))+framed("\x01\x00\x00\x00\x02\x00\x00\x00\x03bye"), byte(2))
	f.Fuzz(func(t *testing.T, said string, way byte) {
		l := &line{Reader: strings.NewReader(said)}
		c := &Client{transport: transport{in: bufio.NewReader(l), out: l, left: maxInAll}}
		c.read.block, c.write.block = 8, 8
		ask := []func() (Answer, error){
			func() (Answer, error) { return c.None("root") },
			func() (Answer, error) { return c.Password("root", "s3cret") },
			func() (Answer, error) { return c.Interactive("root", "s3cret") },
		}[way%3]
		a, err := ask()
		if a.In && (err != nil || a.Partly || !strings.Contains(said, string(rune(msgSuccess)))) || len(a.Said) > maxSaid {
			t.Errorf("%+v, %v", a, err)
		}
		if n := bytes.Count(l.Bytes(), []byte("s3cret")); n > 1 || way%3 == 0 && n > 0 {
			t.Errorf("gave the password %d times", n)
		}
	})
}

// FuzzChoose holds what is chosen to both offers.
func FuzzChoose(f *testing.F) {
	f.Add(kexInit())
	f.Fuzz(func(t *testing.T, said []byte) {
		ch, err := choose(cursor{b: said})
		if err != nil {
			return
		}
		for i, name := range ch.names {
			if !slices.Contains(strings.Split(offers[i], ","), name) || !bytes.Contains(said, []byte(name)) {
				t.Errorf("%q is in one offer only", name)
			}
		}
	})
}

// framed is a payload in a packet without keys.
func framed(payload string) string {
	l := &line{}
	t := transport{out: l}
	t.write.block = 8
	_ = t.send(payload[0], []byte(payload[1:]))
	return l.String()
}
