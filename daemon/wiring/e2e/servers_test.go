package e2e

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/homesweep/homesweep/probes/probetest/inetd"
)

// The household's words to its servers.
const (
	topic  = "home-4711"
	user   = "anna"
	secret = "tidy-otter-27-lamp"
)

// servers are where alerts go: one that takes what ntfy takes, Mosquitto and Exim.
type servers struct {
	ntfy, mqtt, smtp string // their addresses
	notes            chan note
	said             chan string // "topic payload" of everything that is published
	spool            string      // Exim's queue
}

// note is a message published to ntfy.
type note struct{ method, path, title, priority, login, body string }

func serve(t *testing.T) *servers {
	t.Helper()
	s := &servers{notes: make(chan note, 64), said: make(chan string, 64)}
	s.publisher(t)
	s.broker(t)
	s.mailer(t)
	return s
}

// publisher answers as ntfy does (https://docs.ntfy.sh/publish/): a message is the
// body of a POST or PUT to its topic.
func (s *servers) publisher(t *testing.T) {
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(io.LimitReader(r.Body, 1<<16))
		got := note{r.Method, r.URL.Path, r.Header.Get("Title"), r.Header.Get("Priority"), r.Header.Get("Authorization"), string(body)}
		if err != nil || r.Method != http.MethodPost && r.Method != http.MethodPut || strings.Count(r.URL.Path, "/") != 1 {
			http.Error(w, `{"code":40400,"http":404,"error":"page not found"}`, http.StatusNotFound)
			return
		}
		s.notes <- got
		w.Header().Set("Content-Type", "application/json")
		fmt.Fprintf(w, `{"id":"x","time":%d,"event":"message","topic":%q}`+"\n", time.Now().Unix(), strings.TrimPrefix(r.URL.Path, "/"))
	}))
	t.Cleanup(srv.Close)
	s.ntfy = srv.URL
}

// broker is Mosquitto, which wants a login, and who reads all that it passes on.
func (s *servers) broker(t *testing.T) {
	t.Helper()
	for _, program := range []string{"mosquitto", "mosquitto_passwd", "mosquitto_pub", "mosquitto_sub"} {
		inetd.Need(t, program)
	}
	dir := t.TempDir()
	passwords := inetd.File(t, dir, "passwords", user+":"+secret+"\n")
	if out, err := exec.Command("mosquitto_passwd", "-U", passwords).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	s.mqtt = "127.0.0.1:18830"
	conf := inetd.File(t, dir, "conf", "listener 18830 127.0.0.1\nuser root\nallow_anonymous false\npassword_file "+passwords+"\n")
	start(t, exec.Command("mosquitto", "-c", conf))
	for end := time.Now().Add(20 * time.Second); ; {
		conn, err := net.Dial("tcp", s.mqtt)
		if err == nil {
			conn.Close()
			break
		}
		if time.Now().After(end) {
			t.Fatal(err)
		}
	}
	args := []string{"-h", "127.0.0.1", "-p", "18830", "-u", user, "-P", secret}
	if out, err := exec.Command("mosquitto_pub", append(args, "-r", "-t", "our/ready", "-m", "yes")...).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	sub := exec.Command("mosquitto_sub", append(args, "-t", "#", "-F", "%t %p")...)
	out, err := sub.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	start(t, sub)
	lines := bufio.NewScanner(out)
	if !lines.Scan() || lines.Text() != "our/ready yes" { // it is kept for who comes later
		t.Fatalf("the reader at the broker says %q", lines.Text())
	}
	go func() {
		for lines.Scan() {
			s.said <- lines.Text()
		}
	}()
}

// start starts a server that ends with the test.
func start(t *testing.T, cmd *exec.Cmd) {
	t.Helper()
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cmd.Process.Kill(); _ = cmd.Wait() })
}

// mailer is Exim, one process a connection, which keeps what it takes in its queue.
func (s *servers) mailer(t *testing.T) {
	t.Helper()
	inetd.Need(t, "exim4")
	dir := t.TempDir()
	conf := inetd.File(t, dir, "conf", fmt.Sprintf(`primary_hostname = mail.test
exim_user = root
exim_group = root
keep_environment =
queue_only
spool_directory = %[1]s/spool
log_file_path = %[1]s/log-%%s
tls_advertise_hosts =
helo_lookup_domains =
acl_smtp_rcpt = accept
`, dir))
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var wait sync.WaitGroup
	wait.Go(func() {
		for {
			conn, err := ln.Accept()
			if err != nil {
				return
			}
			wait.Go(func() { converse(conn.(*net.TCPConn), "exim4", "-C", conf, "-bs") })
		}
	})
	t.Cleanup(func() { ln.Close(); wait.Wait() })
	s.smtp, s.spool = ln.Addr().String(), filepath.Join(dir, "spool", "input")
}

// converse has a program talk to whoever connected. Its status says nothing that
// the other side does not hear.
func converse(conn *net.TCPConn, argv ...string) {
	defer conn.Close()
	file, err := conn.File()
	if err != nil {
		return
	}
	defer file.Close()
	cmd := exec.Command(argv[0], argv[1:]...)
	cmd.Stdin, cmd.Stdout = file, file
	_ = cmd.Run()
}

// mails are all in the queue, headers and texts (Exim's specification, chapter 56).
func (s *servers) mails(t *testing.T) (list []string) {
	t.Helper()
	texts, err := filepath.Glob(filepath.Join(s.spool, "*-D"))
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range texts {
		body, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		head, err := os.ReadFile(strings.TrimSuffix(path, "-D") + "-H")
		if err != nil {
			continue // it is being written
		}
		list = append(list, string(head)+string(body))
	}
	return list
}
