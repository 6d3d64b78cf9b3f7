package notify

import (
	"bufio"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"io"
	"mime"
	"mime/quotedprintable"
	"net"
	netmail "net/mail"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/homesweep/homesweep/probes/lan"
	"github.com/homesweep/homesweep/probes/probetest/inetd"
)

var mailbox = lan.Channel{Kind: "smtp", From: "home@example.org", To: "anna@example.org"}

func TestMail(t *testing.T) {
	m, err := netmail.ReadMessage(strings.NewReader(mail(&mailbox, sample())))
	if err != nil {
		t.Fatal(err)
	}
	if m.Header.Get("Bcc") != "" {
		t.Error("a device's name became a header")
	}
	subject, err := new(mime.WordDecoder).DecodeHeader(m.Header.Get("Subject"))
	if err != nil || subject != sample().Title {
		t.Errorf("subject %q, %v", subject, err)
	}
	if _, err := m.Header.Date(); err != nil {
		t.Error(err)
	}
	text, err := io.ReadAll(quotedprintable.NewReader(m.Body))
	if err != nil || strings.TrimSpace(string(text)) != sample().Words {
		t.Errorf("text %q, %v", text, err)
	}
}

func TestDotted(t *testing.T) {
	if got := dotted(".a\r\n.\r\nb.\r\n..c\r\n"); got != "..a\r\n..\r\nb.\r\n...c\r\n" {
		t.Errorf("%q", got)
	}
}

// TestNoPasswordWithoutTLS: a login is not sent to a server that offers none, or
// whose offer somebody struck out; nor a mail that is to go in TLS only.
func TestNoPasswordWithoutTLS(t *testing.T) {
	for name, tls := range map[string]string{"when offered": "", "always": "start"} {
		t.Run(name, func(t *testing.T) {
			heard := make(chan string, 1)
			c := mailbox
			c.Server = serve(t, func(conn net.Conn) {
				_, _ = io.WriteString(conn, "220 x\r\n250-x\r\n250 AUTH PLAIN\r\n502 no\r\n")
				all, _ := io.ReadAll(conn)
				heard <- string(all)
			})
			if c.TLS = tls; tls == "" {
				c.User, c.Key = "anna", "topsecret"
			}
			n := sender(t, c, nil)
			if err := n.Test(t.Context(), "x"); err == nil || !strings.Contains(err.Error(), "TLS") {
				t.Error(err)
			}
			if said := <-heard; strings.Contains(said, "AUTH") || strings.Contains(said, "MAIL") {
				t.Errorf("said %q", said)
			}
		})
	}
}

// TestWordsBeforeTLS: what was slipped in before the handshake ends it.
func TestWordsBeforeTLS(t *testing.T) {
	c := mailbox
	c.Server = serve(t, says("220 x\r\n250 STARTTLS\r\n220 go\r\n250 AUTH PLAIN\r\n"))
	if err := sender(t, c, nil).Test(t.Context(), "x"); err == nil || !strings.Contains(err.Error(), "out of turn") {
		t.Error(err)
	}
}

// exim is a real mail server that keeps what it takes in a queue: the conversation
// for each connection, and where the queue is. It has the login anna, topsecret in TLS.
func exim(t *testing.T, whole bool) (server string, dir string, roots *x509.CertPool) {
	t.Helper()
	inetd.Need(t, "exim4")
	if os.Getuid() != 0 {
		t.Skip("exim with a configuration of one's own takes root")
	}
	dir = t.TempDir()
	s, config := certificate(t)
	cert := config.Certificates[0]
	key, err := x509.MarshalPKCS8PrivateKey(cert.PrivateKey)
	if err != nil {
		t.Fatal(err)
	}
	crt := inetd.File(t, dir, "crt", string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: cert.Certificate[0]})))
	pk := inetd.File(t, dir, "key", string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: key})))
	conf := inetd.File(t, dir, "conf", fmt.Sprintf(`primary_hostname = mail.test
exim_user = root
exim_group = root
keep_environment =
queue_only
spool_directory = %[1]s/spool
log_file_path = %[1]s/log-%%s
tls_advertise_hosts = *
tls_certificate = %[2]s
tls_privatekey = %[3]s
acl_smtp_rcpt = accept
begin authenticators
plain:
  driver = plaintext
  public_name = PLAIN
  server_prompts = :
  server_condition = ${if and{{eq{$auth2}{anna}}{eq{$auth3}{topsecret}}}}
  server_advertise_condition = ${if def:tls_in_cipher}
`, dir, crt, pk))
	args := []string{"-C", conf, "-bs"}
	if whole {
		args = append(args, "-tls-on-connect")
	}
	server = serve(t, func(conn net.Conn) {
		file, err := conn.(*net.TCPConn).File()
		if err != nil {
			t.Error(err)
			return
		}
		defer file.Close()
		cmd := exec.Command("exim4", args...)
		cmd.Stdin, cmd.Stdout = file, file
		_ = cmd.Run() // its status says nothing that the client does not hear
	})
	roots = x509.NewCertPool()
	roots.AddCert(s.Certificate())
	return server, dir, roots
}

func TestRealMailServer(t *testing.T) {
	for name, c := range map[string]lan.Channel{
		"TLS as offered": {},
		"login":          {TLS: "start", User: "anna", Key: "topsecret"},
		"whole":          {TLS: "whole", User: "anna", Key: "topsecret"},
		"wrong password": {TLS: "start", User: "anna", Key: "wrong"},
	} {
		t.Run(name, func(t *testing.T) {
			server, dir, roots := exim(t, c.TLS == "whole")
			c.Kind, c.Server, c.From, c.To = mailbox.Kind, server, mailbox.From, mailbox.To
			n := sender(t, c, nil)
			n.o.roots = roots
			err := n.send(t.Context(), &n.alerts.Channels[0], sample())
			files, _ := filepath.Glob(dir + "/spool/input/*-D")
			if c.Key == "wrong" {
				if err == nil || !strings.Contains(err.Error(), "password") || len(files) != 0 {
					t.Errorf("%v, %d mails", err, len(files))
				}
				return
			}
			if err != nil || len(files) != 1 {
				t.Fatalf("%v, %d mails", err, len(files))
			}
			text, err := os.ReadFile(files[0])
			if err != nil || !strings.Contains(string(text), "K=C3=BCche: the login is <b>admin</b> . QUIT") {
				t.Errorf("the queue has %q, %v", text, err)
			}
		})
	}
}

func TestReadReply(t *testing.T) {
	for said, want := range map[string]int{
		"220 x\r\n": 220, "250-a\r\n250 b\r\n": 250, "250\r\n": 250, "250-a\r\n251 b\r\n": 0, "25 \r\n": 0, "999 x\r\n": 0,
		"250x\r\n": 0, "250 x": 0, "250 " + strings.Repeat("x", maxReplyLine) + "\r\n": 0, strings.Repeat("250-x\r\n", maxReplyLines) + "250 x\r\n": 0,
	} {
		code, _, err := readReply(bufio.NewReaderSize(strings.NewReader(said), maxReplyLine))
		if code != want || (err == nil) != (want != 0) {
			t.Errorf("%.40q: %d, %v", said, code, err)
		}
	}
}

func FuzzReadReply(f *testing.F) {
	for _, seed := range []string{"220 x\r\n", "250-a\r\n250 b\r\n", "250\r\n", "250-a\r\n251 b\r\n", "25", "999 x\n", strings.Repeat("250-x\r\n", 100)} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		code, lines, err := readReply(bufio.NewReaderSize(strings.NewReader(string(data)), maxReplyLine))
		if err == nil && (code < 200 || code > 599 || len(lines) == 0 || len(lines) > maxReplyLines) {
			t.Errorf("%d %q", code, lines)
		}
	})
}
