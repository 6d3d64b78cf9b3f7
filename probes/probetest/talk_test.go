package probetest

import (
	"bufio"
	"encoding/binary"
	"fmt"
	"io"
	"net/textproto"
	"slices"
	"strings"
	"testing"
)

func TestTelnetLogin(t *testing.T) {
	r, n := start(t, load(t, "zyxel-vmg1312-b10a"))
	c := dial(t, n, 23)
	// The visitor refuses every option in between, as RFC 854 asks.
	talk(t, c, "\xff\xfd\x18VMG1312-B10A\r\nLogin: ", "\xff\xfc\x18adm\xff\xfe\x01in\r\n",
		"Password: ", "wrong\r\n", "Login incorrect. Try again.\r\nLogin: ", "admin\r\x00",
		"Password: ", "1234\n", " > ", "\xff\xfa\x18\x00vt100\xff\xf0sys\r\n", " > ", "exit\r\n")
	atEnd(t, c)
	got := r.Counters()
	if got.WrongPasswords["admin"] != 1 || got.Logins["admin"] != 1 || got.Malformed() != 0 {
		t.Errorf("counters %+v", got)
	}
	if want := []string{"shell sys", "shell exit"}; !slices.Equal(got.Ports["tcp/23"].Asked, want) {
		t.Errorf("asked %q, want %q", got.Ports["tcp/23"].Asked, want)
	}
}

func TestTelnetHangsUpAfterThreeTries(t *testing.T) {
	r, n := start(t, load(t, "trendnet-tv-ip672wi"))
	c := dial(t, n, 23)
	once := []string{"login: ", "root\r\n", "Password: ", "vizxv\r\n"}
	talk(t, c, append(slices.Repeat(once, telnetTries), "Login incorrect\r\n")...)
	atEnd(t, c)
	if got := r.Counters().WrongPasswords["root"]; got != telnetTries {
		t.Errorf("wrong passwords = %d, want %d", got, telnetTries)
	}
}

func TestTelnetWithoutLogin(t *testing.T) {
	r, n := start(t, load(t, "openwrt-unconfigured"))
	c := dial(t, n, 23)
	talk(t, c, "root@OpenWrt:/# ", "exit\r\n")
	atEnd(t, c)
	if got := r.Counters(); len(got.Logins)+len(got.WrongPasswords) != 0 {
		t.Errorf("counters %+v", got)
	}
}

func TestFTP(t *testing.T) {
	r, n := start(t, load(t, "axis-211"))
	c := dial(t, n, 21)
	talk(t, c, "220 AXIS 211 Network Camera 4.40 (Jun 20 2006) ready.\r\n", "LIST\r\n",
		"530 Please login with USER and PASS.\r\n", "USER anonymous\r\n",
		"331 Please specify the password.\r\n", "PASS me@\r\n",
		"530 Login incorrect.\r\n", "USER root\r\n",
		"331 Please specify the password.\r\n", "PASS pass\r\n",
		"230 Login successful.\r\n", "PWD\r\n",
		"current directory\r\n", "\x16\x03 \r\n", "500 Unknown command.\r\n", "QUIT\r\n", "221 Goodbye.\r\n")
	atEnd(t, c)
	got := r.Counters()
	if got.WrongPasswords["anonymous"] != 1 || got.Logins["root"] != 1 || got.Malformed() != 1 {
		t.Errorf("counters %+v", got)
	}
	for _, asked := range got.Ports["tcp/21"].Asked {
		if strings.Contains(asked, "PASS") {
			t.Errorf("a password is kept: %q", asked)
		}
	}
}

func TestFTPAnonymous(t *testing.T) {
	r, n := start(t, device(t, `{"port":80,"ftp":{"greeting":"x","anonymous":true}}`, ""))
	talk(t, dial(t, n, 80), "220 x\r\n", "USER ftp\r\n", "password.\r\n", "PASS a@b\r\n", "230 Login successful.\r\n")
	if got := r.Counters(); got.Logins["ftp"] != 1 {
		t.Errorf("counters %+v", got)
	}
}

func TestSSHOffersAndStaysThere(t *testing.T) {
	r, n := start(t, load(t, "raspberry-pi-mqtt"))
	c := dial(t, n, 22)
	in := bufio.NewReader(c)
	banner, err := in.ReadString('\n')
	if err != nil || banner != "SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u7\r\n" {
		t.Fatalf("banner %q, %v", banner, err)
	}
	fmt.Fprint(c, "SSH-2.0-test\r\n")
	head := make([]byte, 6)
	if _, err := io.ReadFull(in, head); err != nil {
		t.Fatal(err)
	}
	size := binary.BigEndian.Uint32(head)
	if head[5] != 20 || size > 2048 || (4+size)%8 != 0 {
		t.Fatalf("packet head % x is no KEXINIT", head)
	}
	rest := make([]byte, size-2)
	if _, err := io.ReadFull(in, rest); err != nil {
		t.Fatal(err)
	}
	kex := rest[16:] // after the cookie
	if want := "curve25519-sha256,"; string(kex[4:4+len(want)]) != want {
		t.Errorf("key exchange list begins %q", kex[:40])
	}
	if got := r.Counters().Ports["tcp/22"]; got.Malformed != 0 || got.Connections != 1 {
		t.Errorf("counters %+v", got)
	}
}

// rtsp asks once and gives the status line and the header.
func rtsp(t *testing.T, c io.Writer, in *textproto.Reader, method, uri string, fields ...string) (string, textproto.MIMEHeader) {
	t.Helper()
	fmt.Fprintf(c, "%s %s RTSP/1.0\r\nCSeq: 7\r\n%s\r\n", method, uri, strings.Join(fields, ""))
	line, err := in.ReadLine()
	if err != nil {
		t.Fatal(err)
	}
	header, err := in.ReadMIMEHeader()
	if err != nil {
		t.Fatal(err)
	}
	if header.Get("CSeq") != "7" {
		t.Errorf("%s: CSeq %q", method, header.Get("CSeq"))
	}
	return line, header
}

func TestRTSPDigest(t *testing.T) {
	r, n := start(t, load(t, "dahua-dvr"))
	c := dial(t, n, 554)
	in := textproto.NewReader(bufio.NewReader(c))
	const uri = "rtsp://127.0.0.1:554/"
	line, header := rtsp(t, c, in, "OPTIONS", "*")
	if line != "RTSP/1.0 200 OK" || header.Get("Server") != "Dahua Rtsp Server" || !strings.Contains(header.Get("Public"), "DESCRIBE") {
		t.Errorf("OPTIONS: %s, %v", line, header)
	}
	line, header = rtsp(t, c, in, "DESCRIBE", uri)
	challenge := header.Get("WWW-Authenticate")
	if line != "RTSP/1.0 401 Unauthorized" || !strings.Contains(challenge, `realm="Login to 1A00B00PAJ00014"`) || strings.Contains(challenge, "qop") {
		t.Errorf("DESCRIBE: %s, %q", line, challenge)
	}
	right := answerDigest(challenge, "DESCRIBE", uri, "admin", "Knorpel-Bast-14")
	if line, _ = rtsp(t, c, in, "DESCRIBE", uri, "Authorization: "+right+"\r\n"); line != "RTSP/1.0 200 OK" {
		t.Errorf("DESCRIBE with the password: %s", line)
	}
	if got := r.Counters(); got.Logins["admin"] != 1 || got.WrongPasswordsInAll() != 0 {
		t.Errorf("counters %+v", got)
	}
}

func TestRTSPOpenAndMalformed(t *testing.T) {
	r, n := start(t, load(t, "trendnet-tv-ip672wi"))
	c := dial(t, n, 554)
	line, _ := rtsp(t, c, textproto.NewReader(bufio.NewReader(c)), "DESCRIBE", "/")
	if line != "RTSP/1.0 200 OK" {
		t.Errorf("DESCRIBE: %s", line)
	}
	c = dial(t, n, 554)
	fmt.Fprint(c, "GET / HTTP/1.1\r\n\r\n")
	talk(t, c, "400 Bad Request\r\n")
	if got := r.Counters().Malformed(); got != 1 {
		t.Errorf("malformed = %d, want 1", got)
	}
}

func TestMQTT(t *testing.T) {
	connect := "\x10\x0c\x00\x04MQTT\x04\x02\x00\x05\x00\x00"
	t.Run("open", func(t *testing.T) {
		r, n := start(t, load(t, "raspberry-pi-mqtt"))
		c := dial(t, n, 1883)
		talk(t, c, "", connect, "\x20\x02\x00\x00", "\xc0\x00", "\xd0\x00", "\x82\x06\x00\x01\x00\x01#\x00", "\x90\x03\x00\x01\x00", "\xe0\x00")
		atEnd(t, c)
		if got := r.Counters().Ports["tcp/1883"]; got.Malformed != 0 || !slices.Equal(got.Asked, []string{"CONNECT", "SUBSCRIBE"}) {
			t.Errorf("counters %+v", got)
		}
	})
	t.Run("asks for a login", func(t *testing.T) {
		_, n := start(t, device(t, `{"port":80,"mqtt":{"connack":5}}`, ""))
		c := dial(t, n, 80)
		talk(t, c, "", connect, "\x20\x02\x00\x05")
		atEnd(t, c)
	})
	t.Run("is not spoken to like that", func(t *testing.T) {
		r, n := start(t, load(t, "raspberry-pi-mqtt"))
		c := dial(t, n, 1883)
		fmt.Fprint(c, "GET / HTTP/1.1\r\n\r\n")
		atEnd(t, c) // at once, though the length it would spell is not there yet
		if got := r.Counters().Malformed(); got != 1 {
			t.Errorf("malformed = %d, want 1", got)
		}
	})
	for _, junk := range []string{"\x10\xff\xff\xff\xff\xff", "\x30\x02\x00\x00", "\x10\x04\x00\x09AB"} {
		r, n := start(t, load(t, "raspberry-pi-mqtt"))
		c := dial(t, n, 1883)
		fmt.Fprint(c, junk)
		_ = c.(interface{ CloseWrite() error }).CloseWrite()
		atEnd(t, c)
		r.Close()
		if got := r.Counters().Malformed(); got != 1 {
			t.Errorf("%q: malformed = %d, want 1", junk, got)
		}
	}
}
