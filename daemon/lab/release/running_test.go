package release

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/homesweep/homesweep/probes/lan"
)

// tooLong is for how long anything that a running daemon does is waited for.
const tooLong = 5 * time.Minute

const firstPassword = "correct horse battery"

// running is the program as a daemon of its own, with somebody at its dashboard.
type running struct {
	t      *testing.T
	cmd    *exec.Cmd
	url    string
	person *http.Client
	ended  chan struct{} // closed once it has
	err    error         // of its end, to be read then

	mu   sync.Mutex
	said []string
	news chan struct{} // closed with each line
}

// begin starts cmd, whose dashboard is at address. It is killed at the test's end.
func begin(t *testing.T, cmd *exec.Cmd, address string) *running {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	r := &running{t: t, cmd: cmd, url: "http://" + address, person: &http.Client{Jar: jar, Timeout: time.Minute}, ended: make(chan struct{}), news: make(chan struct{})}
	if cmd.SysProcAttr == nil {
		cmd.SysProcAttr = &syscall.SysProcAttr{}
	}
	cmd.SysProcAttr.Pdeathsig = syscall.SIGKILL
	talk, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() {
		defer close(r.ended)
		for lines := bufio.NewScanner(talk); lines.Scan(); {
			r.mu.Lock()
			r.said = append(r.said, lines.Text())
			close(r.news)
			r.news = make(chan struct{})
			r.mu.Unlock()
		}
		r.err = cmd.Wait()
	}()
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		<-r.ended
		if t.Failed() {
			t.Logf("it said\n%s", r.talk())
		}
	})
	return r
}

// talk is all that it has said.
func (r *running) talk() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return strings.Join(r.said, "\n")
}

// line is the first line with those words; it is waited for.
func (r *running) line(words string) string {
	r.t.Helper()
	late, cancel := context.WithTimeout(r.t.Context(), tooLong)
	defer cancel()
	for over := false; ; {
		r.mu.Lock()
		said, news := r.said, r.news
		r.mu.Unlock()
		for _, line := range said {
			if strings.Contains(line, words) {
				return line
			}
		}
		if over {
			r.t.Fatalf("it ended (%v) before it said %q", r.err, words)
		}
		select {
		case <-news:
		case <-r.ended:
			over = true
		case <-late.Done():
			r.t.Fatalf("it does not say %q", words)
		}
	}
}

// open sets the dashboard's first password by the code that stands in the log.
func (r *running) open() {
	r.t.Helper()
	_, code, _ := strings.Cut(r.line("code="), "code=")
	code, _, _ = strings.Cut(strings.Trim(code, `"`), " ")
	r.must("POST", "/api/v1/setup", map[string]string{"code": strings.Trim(code, `"`), "password": firstPassword})
}

// must asks the dashboard and returns its answer.
func (r *running) must(method, path string, in any) []byte {
	r.t.Helper()
	status, text := r.ask(method, path, in)
	if status >= 300 {
		r.t.Fatalf("%s %s: %d\n%.500s", method, path, status, text)
	}
	return []byte(text)
}

// ask asks it what it may refuse.
func (r *running) ask(method, path string, in any) (status int, text string) {
	r.t.Helper()
	body, err := json.Marshal(in)
	if err != nil {
		r.t.Fatal(err)
	}
	req, err := http.NewRequestWithContext(r.t.Context(), method, r.url+path, bytes.NewReader(body))
	if err != nil {
		r.t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Sec-Fetch-Site", "same-origin")
	answer, err := r.person.Do(req)
	if err != nil {
		r.t.Fatal(err)
	}
	defer answer.Body.Close()
	all, err := io.ReadAll(answer.Body)
	if err != nil {
		r.t.Fatal(err)
	}
	return answer.StatusCode, string(all)
}

// state is what the dashboard shows.
type state struct {
	Sweep    lan.Sweep
	Progress lan.Progress
	Upkeep   lan.Upkeep
}

func (r *running) state() (s state) {
	r.t.Helper()
	if err := json.Unmarshal(r.must("GET", "/api/v1/state", nil), &s); err != nil {
		r.t.Fatal(err)
	}
	return s
}

// sweep has it go through the whole home now and waits for the end; each is called
// now and then meanwhile.
func (r *running) sweep(each func()) lan.Sweep {
	r.t.Helper()
	before := r.state()
	r.must("POST", "/api/v1/sweep", struct{}{})
	tick := time.NewTicker(250 * time.Millisecond)
	defer tick.Stop()
	late := time.After(tooLong)
	for {
		select {
		case <-tick.C:
		case <-late:
			r.t.Fatal("the sweep does not end")
		}
		each()
		if s := r.state(); !s.Progress.Running && s.Sweep.Started.After(before.Sweep.Started) {
			return s.Sweep
		}
	}
}

// browse opens every page of the dashboard that a person can.
func (r *running) browse(s lan.Sweep) {
	r.t.Helper()
	paths := []string{"/", "/app.js", "/en.js", "/de.js", "/api/v1/report", "/api/v1/events-log", "/api/v1/settings", "/api/v1/upkeep", "/about"}
	for _, d := range s.Devices {
		paths = append(paths, "/api/v1/devices/"+d.ID, "/api/v1/devices/"+d.ID+"/days")
	}
	for _, path := range paths {
		if len(r.must("GET", path, nil)) == 0 {
			r.t.Errorf("%s is empty", path)
		}
	}
}

// stop ends it as a service manager does.
func (r *running) stop() {
	r.t.Helper()
	if err := r.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		r.t.Fatal(err)
	}
	select {
	case <-r.ended:
	case <-time.After(tooLong):
		r.t.Fatal("it does not stop")
	}
	if r.err != nil {
		r.t.Errorf("it stopped with %v", r.err)
	}
}

// complaints is how many findings ask for something.
func complaints(s lan.Sweep) (n int) {
	for _, d := range s.Devices {
		for _, f := range d.Findings {
			if f.Verdict.Problem() {
				n++
			}
		}
	}
	return n
}

func figures(s lan.Sweep) string {
	return fmt.Sprintf("%d devices, %d problems in %.0f s", len(s.Devices), complaints(s), s.Finished.Sub(s.Started).Seconds())
}
