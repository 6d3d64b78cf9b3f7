package shares

import (
	"encoding/binary"
	"io"
	"net"
	"strings"
	"testing"
	"time"
	"unicode/utf16"
)

// server is a file server of version 2 as far as nobody gets.
type server struct {
	refuse  uint32            // the login's status where it is no
	hidden  bool              // it shows nothing
	kinds   map[string]uint32 // of what it lists; a folder where not named
	list    []string
	access  map[string]uint32 // of what it opens
	pending int               // answers before each that ask for patience
	spoil   func(b []byte) []byte
	asked   []string // tree connects, in order
	user    string   // what came where a name would be
}

// serve answers until the other side hangs up.
func (f *server) serve(c net.Conn) {
	defer c.Close()
	for step := 0; ; {
		var size [4]byte
		if _, err := io.ReadFull(c, size[:]); err != nil {
			return
		}
		b := make([]byte, binary.BigEndian.Uint32(size[:]))
		if _, err := io.ReadFull(c, b); err != nil {
			return
		}
		status, body := f.answer(binary.LittleEndian.Uint16(b[12:]), b, &step)
		for range f.pending {
			if f.say(c, b, statusPending, "") != nil {
				return
			}
		}
		if f.say(c, b, status, body) != nil {
			return
		}
	}
}

// say sends an answer to the request with header b.
func (f *server) say(c net.Conn, b []byte, status uint32, body string) error {
	head := append([]byte{}, b[:headerSize]...)
	binary.LittleEndian.PutUint32(head[8:], status)
	binary.LittleEndian.PutUint32(head[16:], 1)
	binary.LittleEndian.PutUint32(head[36:], 7)
	binary.LittleEndian.PutUint64(head[40:], 0x4711)
	said := append(head, body...)
	said = append(binary.BigEndian.AppendUint32(nil, uint32(len(said))), said...)
	if f.spoil != nil {
		said = f.spoil(said)
	}
	_, err := c.Write(said)
	return err
}

func (f *server) answer(command uint16, b []byte, step *int) (status uint32, body string) {
	switch body := string(b[headerSize:]); command {
	case cmdSession:
		if *step++; *step == 1 {
			return statusMore, "\x09\x00\x00\x00" + strings.Repeat("\x00", 60)
		}
		_, message, _ := strings.Cut(body, "NTLMSSP\x00")
		f.user = message[4+8+8+8:][:2] // the length of the name
		return f.refuse, "\x09\x00\x02\x00\x00\x00\x00\x00"
	case cmdTreeConnect:
		var units []uint16
		for path := []byte(body[8:]); len(path) > 1; path = path[2:] {
			units = append(units, binary.LittleEndian.Uint16(path))
		}
		name := string(utf16.Decode(units))
		name = name[strings.LastIndex(name, `\`)+1:]
		f.asked = append(f.asked, name)
		access, ok := f.access[name]
		if !ok && name != "IPC$" || name == "IPC$" && f.hidden {
			return 0xc0000022, strings.Repeat("\x00", 9)
		}
		return 0, "\x10\x00\x01\x00" + strings.Repeat("\x00", 8) + le32(access)
	case cmdCreate:
		return 0, strings.Repeat("\x00", 64) + "a handle of 16 b" + strings.Repeat("\x00", 8)
	case cmdIoctl:
		said := "\x05\x00\x0c\x03" + strings.Repeat("\x00", 40)
		if strings.HasSuffix(body, rpcShareEnum) {
			said = f.names()
		}
		return 0, "\x31\x00\x00\x00" + strings.Repeat("\x00", 28) + le32(headerSize+48) + le32(uint32(len(said))) + strings.Repeat("\x00", 8) + said
	}
	return 0, strings.Repeat("\x00", 64)
}

// names is the answer with the list.
func (f *server) names() string {
	n := uint32(len(f.list))
	said := "\x05\x00\x02\x03" + strings.Repeat("\x00", 20) + le32(1) + le32(1) + le32(0x20000) + le32(n) + le32(0x20004) + le32(n)
	texts := ""
	for _, name := range f.list {
		said += le32(1) + le32(f.kinds[name]) + le32(1)
		texts += text(name) + text("")
	}
	return said + texts
}

func text(s string) string {
	u := utf16le(s + "\x00")
	n := uint32(len(u) / 2)
	return le32(n) + le32(0) + le32(n) + u + strings.Repeat("\x00", -len(u)&3)
}

func le32(n uint32) string { return string(binary.LittleEndian.AppendUint32(nil, n)) }

// asked talks to f.
func asked(t *testing.T, f *server) (Answer, error) {
	t.Helper()
	return talked(t, f.serve, 5*time.Second)
}

// talked talks to play on loopback, at most for so long.
func talked(t *testing.T, play func(net.Conn), most time.Duration) (Answer, error) {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer ln.Close()
	done := make(chan struct{})
	go func() {
		defer close(done)
		if c, err := ln.Accept(); err == nil {
			play(c)
			c.Close()
		}
	}()
	conn, err := net.Dial("tcp", ln.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { conn.Close(); <-done }()
	_ = conn.SetDeadline(time.Now().Add(most))
	return Ask(conn, "192.0.2.1")
}
