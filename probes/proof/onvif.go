package proof

import (
	"context"
	"crypto/rand"
	"crypto/sha1" //nolint:gosec // WS-UsernameToken has no other
	"encoding/base64"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/homesweep/homesweep/probes"
)

// ONVIF's device service with a WS-UsernameToken (ONVIF Core Specification,
// section 5.9.4; Application Programmer's Guide, section 6.1.1.3). The token
// holds a time, which must be the device's own: it is asked for first, and needs
// no login. The protected question is GetNetworkProtocols, which only reads.
var onvifFamily = family{name: "ONVIF", path: "/onvif/device_service", peek: onvifPeek, enter: onvifEnter, whole: true}

var _ = onvifFamily.as("onvif")

const (
	onvifSpace = "http://www.onvif.org/ver10/device/wsdl"
	wsseSpace  = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-"
)

// onvifPeek never says that the door is open: a device that names its protocols
// to strangers may well protect all else.
func onvifPeek(ctx context.Context, s *stay) (State, string) {
	state, heard := onvifAsk(ctx, s, "")
	if state == Open {
		return Unclear, heard + " to anybody"
	}
	return state, heard
}

// onvifAsk asks the protected question with a security header.
func onvifAsk(ctx context.Context, s *stay, security string) (State, string) {
	p := s.onvif(ctx, "GetNetworkProtocols", security)
	said := readXML(p.body)
	why := said.text("Subcode/Subcode/Value") + " " + said.text("Subcode/Value") + " " + said.text("Reason/Text") + " " + said.text("faultstring")
	switch {
	case s.shows(p, said.text("GetNetworkProtocolsResponse/NetworkProtocols/Name") != ""):
		return Open, "names its protocols"
	case strings.Contains(why, "ActionNotSupported") || strings.Contains(why, "not implemented"):
		return Unclear, "does not know the question"
	case p.status == http.StatusUnauthorized || strings.Contains(why, "NotAuthorized") || strings.Contains(why, "FailedAuthentication") ||
		strings.Contains(strings.ToLower(why), "not authorized"):
		return Closed, "not authorized"
	}
	return Unclear, ""
}

// onvifEnter proves in one question what peek cannot: that what was kept from
// strangers is given to the login.
func onvifEnter(ctx context.Context, s *stay, l Login) (probes.Outcome, string) {
	p := s.onvif(ctx, "GetSystemDateAndTime", "")
	now, ok := onvifClock(readXML(p.body))
	if !ok {
		return probes.Unclear, "does not tell its time"
	}
	var nonce [16]byte
	_, _ = rand.Read(nonce[:]) // never fails
	state, heard := onvifAsk(ctx, s, usernameToken(nonce[:], now, l))
	switch {
	case state == Open:
		return probes.Accepted, heard
	case state == Closed:
		return probes.Rejected, heard
	}
	return probes.Unclear, heard
}

// onvifClock is the device's UTC time.
func onvifClock(said elements) (time.Time, bool) {
	n := func(name string) int {
		number, err := strconv.Atoi(said.text("UTCDateTime/" + name))
		if err != nil {
			return -1
		}
		return number
	}
	year, month, day, hour := n("Date/Year"), n("Date/Month"), n("Date/Day"), n("Time/Hour")
	ok := year >= 1970 && year <= 9999 && month >= 1 && month <= 12 && day >= 1 && day <= 31 && hour >= 0 && hour < 24 &&
		n("Time/Minute") >= 0 && n("Time/Second") >= 0
	return time.Date(year, time.Month(month), day, hour, n("Time/Minute"), n("Time/Second"), 0, time.UTC), ok
}

// usernameToken is the security header for l.
func usernameToken(nonce []byte, now time.Time, l Login) string {
	created := now.Format(time.RFC3339)
	h := sha1.New() //nolint:gosec // WS-UsernameToken has no other
	h.Write(nonce)
	h.Write([]byte(created + l.Password))
	return `<s:Header><Security s:mustUnderstand="1" xmlns="` + wsseSpace + `wssecurity-secext-1.0.xsd"><UsernameToken><Username>` +
		asXML(l.User) + `</Username><Password Type="` + wsseSpace + `username-token-profile-1.0#PasswordDigest">` +
		base64.StdEncoding.EncodeToString(h.Sum(nil)) + `</Password><Nonce EncodingType="` + wsseSpace +
		`soap-message-security-1.0#Base64Binary">` + base64.StdEncoding.EncodeToString(nonce) + `</Nonce><Created xmlns="` + wsseSpace +
		`wssecurity-utility-1.0.xsd">` + created + `</Created></UsernameToken></Security></s:Header>`
}

// onvif asks one question of the device service.
func (s *stay) onvif(ctx context.Context, method, security string) *page {
	return s.send(ctx, s.at, `<?xml version="1.0" encoding="utf-8"?><s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope">`+security+
		`<s:Body><`+method+` xmlns="`+onvifSpace+`"/></s:Body></s:Envelope>`,
		"Content-Type", `application/soap+xml; charset=utf-8; action="`+onvifSpace+"/"+method+`"`)
}
