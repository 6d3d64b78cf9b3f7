package notify

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/homesweep/homesweep/probes/lan"
)

// Bounds of a server's answer.
const (
	maxAnswer  = 4 << 10  // bytes that are read
	maxHeaders = 16 << 10 // bytes
)

// errRedirect stops at the first redirect: what is told goes to the address that
// the owner typed, or nowhere.
var errRedirect = errors.New("it points to another address; enter that one if it is right")

// postHTTP makes the request once. Anything but success is an error. No error names
// the URL, which may hold a secret, but its host.
func (n *Notifier) postHTTP(ctx context.Context, c *lan.Channel, address string, header map[string]string, body []byte) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, address, bytes.NewReader(body))
	if err != nil {
		return errors.New("its address cannot be read; enter it again")
	}
	req.Header.Set("User-Agent", "homesweep")
	for key, value := range header {
		req.Header.Set(key, value)
	}
	host := req.URL.Host
	client := http.Client{
		Timeout:       tryTime,
		Transport:     n.transport(),
		CheckRedirect: func(*http.Request, []*http.Request) error { return errRedirect },
	}
	resp, err := client.Do(req)
	if err != nil {
		var named *url.Error
		if errors.As(err, &named) {
			err = named.Err
		}
		if errors.Is(err, errRedirect) {
			return refusal{words: host + " sent us elsewhere: " + errRedirect.Error()}
		}
		return plain(err, host)
	}
	defer resp.Body.Close()
	said, _ := io.ReadAll(io.LimitReader(resp.Body, maxAnswer)) // whatever came of it
	if resp.StatusCode >= 200 && resp.StatusCode < 300 {
		return nil
	}
	return answer(c, host, resp, said)
}

// transport is that of one request: by no proxy, without a word too many.
func (n *Notifier) transport() *http.Transport {
	return &http.Transport{
		DialContext:            n.o.Dial,
		TLSClientConfig:        n.tls(""),
		TLSHandshakeTimeout:    n.o.step,
		ResponseHeaderTimeout:  n.o.step,
		MaxResponseHeaderBytes: maxHeaders,
		DisableKeepAlives:      true,
		DisableCompression:     true,
	}
}

// answer is the error that a server's answer means.
func answer(c *lan.Channel, host string, resp *http.Response, said []byte) error {
	words := fmt.Sprintf("%s answered %d %s", host, resp.StatusCode, http.StatusText(resp.StatusCode))
	if text := conceal(c, string(said), maxLine/2); text != "" {
		words += " (" + text + ")"
	}
	switch resp.StatusCode {
	case http.StatusUnauthorized, http.StatusForbidden:
		words += "; is the password or token right?"
	case http.StatusNotFound:
		words += "; is the address right?"
	case http.StatusTooManyRequests, http.StatusServiceUnavailable:
		seconds, _ := strconv.ParseUint(resp.Header.Get("Retry-After"), 10, 16)
		if seconds > 0 || resp.StatusCode == http.StatusTooManyRequests {
			return refusal{words: words, after: max(time.Duration(seconds)*time.Second, time.Minute)}
		}
	case http.StatusRequestEntityTooLarge, http.StatusUnsupportedMediaType, http.StatusUnprocessableEntity:
		return refusal{words: words, content: true}
	}
	if resp.StatusCode >= 500 || resp.StatusCode == http.StatusRequestTimeout {
		return errors.New(words)
	}
	return refusal{words: words}
}

// authorization is the header for what the owner entered; nil for nothing.
func authorization(c *lan.Channel) map[string]string {
	switch {
	case c.Key == "":
		return map[string]string{}
	case c.User == "":
		return map[string]string{"Authorization": "Bearer " + c.Key}
	}
	var r http.Request
	r.Header = http.Header{}
	r.SetBasicAuth(c.User, c.Key)
	return map[string]string{"Authorization": r.Header.Get("Authorization")}
}

// postJSON posts what as JSON.
func (n *Notifier) postJSON(ctx context.Context, c *lan.Channel, address string, header map[string]string, what any) error {
	body, err := json.Marshal(what)
	if err != nil {
		return err
	}
	header["Content-Type"] = "application/json"
	return n.postHTTP(ctx, c, address, header, body)
}
