package ui

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"time"
)

// knownCookie says that its browser was let in before, and no more.
const (
	knownCookie = "homesweep-known"
	knownTime   = 365 * 24 * time.Hour
)

// browsers tells those that were let in since the start from strangers, by a
// cookie that only we can make. It opens nothing: it keeps wrong passwords of
// others, who may come from the same address by way of a proxy, from slowing the
// owner down.
type browsers struct{ secret [32]byte }

func newBrowsers() (b browsers) {
	rand.Read(b.secret[:])
	return b
}

// mark is a new browser's.
func (b *browsers) mark() string {
	id := make([]byte, 16)
	rand.Read(id)
	return base64.RawURLEncoding.EncodeToString(append(id, b.seal(id)...))
}

func (b *browsers) seal(id []byte) []byte {
	h := hmac.New(sha256.New, b.secret[:])
	h.Write(id)
	return h.Sum(nil)
}

// of is the mark that r's browser shows; ok is false for a stranger's.
func (b *browsers) of(r *http.Request) (mark string, ok bool) {
	c, err := r.Cookie(knownCookie)
	if err != nil {
		return "", false
	}
	raw, err := base64.RawURLEncoding.Strict().DecodeString(c.Value)
	if err != nil || len(raw) != 16+sha256.Size || !hmac.Equal(raw[16:], b.seal(raw[:16])) {
		return "", false
	}
	return c.Value, true
}

// remember gives r's browser a mark, if it has none.
func (b *browsers) remember(w http.ResponseWriter, r *http.Request) {
	if _, known := b.of(r); known {
		return
	}
	http.SetCookie(w, &http.Cookie{
		Name: knownCookie, Value: b.mark(), Path: "/api/v1/", MaxAge: int(knownTime / time.Second),
		HttpOnly: true, SameSite: http.SameSiteStrictMode, Secure: r.TLS != nil,
	})
}
