package proof

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/homesweep/homesweep/probes"
	"github.com/homesweep/homesweep/probes/knowledge/logins"
)

// TestOneTryIsOneLogin: whatever a broker says of versions, it meets the login once.
func TestOneTryIsOneLogin(t *testing.T) {
	var mu sync.Mutex
	met := 0
	s := scripted(t, "mqtt", nil, func(c *talk) {
		head := make([]byte, 2)
		_, _ = io.ReadFull(c.in, head)
		body := make([]byte, head[1])
		_, _ = io.ReadFull(c.in, body)
		mu.Lock()
		defer mu.Unlock()
		if strings.Contains(string(body), "s3cret") {
			met++
			c.say("\x20\x02\x00\x01") // of a sudden it does not know the version
			return
		}
		c.say("\x20\x02\x00\x05")
	})
	d := Of(&probes.Pass{Reach: road{}, Service: s}, logins.Record{Auth: "mqtt"})
	if state, words, err := d.Look(patient(t)); state != Closed || err != nil {
		t.Fatal(state, words, err)
	}
	if got, words, err := d.Try(patient(t), Login{"admin", "s3cret"}); got != probes.Unclear || err != nil || met != 1 {
		t.Errorf("%v, %q, %v: met %d times", got, words, err, met)
	}
}

// TestLookHoldsNoLogin: not even an empty one.
func TestLookHoldsNoLogin(t *testing.T) {
	for _, b := range breeds {
		d := at(t, b.auth, func(w http.ResponseWriter, r *http.Request) {
			if q := r.URL.Query(); q.Has("usr") || q.Has("pwd") || r.Header.Get("Authorization") != "" {
				t.Errorf("%s was asked for %s", b.auth, r.URL)
			}
			fmt.Fprint(w, "<CGI_Result><result>-2</result></CGI_Result>")
		})
		_, _, _ = d.Look(patient(t))
	}
}

// TestTwinsHaveNamesOfTheirOwn: what one way to hash a password was refused says
// nothing of the other, so that the pair is not taken for tried.
func TestTwinsHaveNamesOfTheirOwn(t *testing.T) {
	for _, twins := range [][2]string{{"tenda-md5", "tenda-base64"}, {"sagemcom-md5", "sagemcom-sha512"}} {
		a, b := Of(&probes.Pass{Reach: road{}}, logins.Record{Auth: twins[0]}), Of(&probes.Pass{Reach: road{}}, logins.Record{Auth: twins[1]})
		if a.Name() == b.Name() {
			t.Errorf("%v are both called %q", twins, a.Name())
		}
	}
}
