package checks

import (
	"bytes"
	"context"
	"net/url"
	"strconv"
	"strings"

	"github.com/homesweep/homesweep/probes"
	"github.com/homesweep/homesweep/probes/lan"
)

// ONVIF's Core Specification sorts its calls by who may make them (section 5.9.4).
// GetNetworkInterfaces is of the class READ_SYSTEM, which nobody may without a
// login, and changes nothing; what it would tell is not kept.
var _ = register(probes.Check{
	ID:        "onvif-open",
	Topic:     "Camera control by other programs (ONVIF)",
	Title:     "This camera answers strangers without a password (ONVIF)",
	Advice:    "ONVIF is how recorders and apps read a camera's settings, find its video and often steer it. In the camera's settings look for \"ONVIF\": turn it off if nothing of yours uses it. Else turn on its authentication and give it a user with a password of your own. Then look for an update.",
	Guideline: 5, Provision: "5.5-4", Severity: lan.Soon, Touch: lan.Ask,
	Applies: func(d lan.Device, s lan.Service) bool { return onvif(d, s) != "" },
	Run:     onvifOpen,
})

// onvifCall is a well-formed call without a login (SOAP 1.2).
const onvifCall = `<?xml version="1.0" encoding="UTF-8"?><s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"><s:Body>` +
	`<GetNetworkInterfaces xmlns="http://www.onvif.org/ver10/device/wsdl"/></s:Body></s:Envelope>`

// onvif is the path at which s offers d's ONVIF device service: the one that d
// announced for its port, or the standard's own on a camera that announced ONVIF
// without an address; "" where it offers none.
func onvif(d lan.Device, s lan.Service) string {
	if s.Name != "http" && s.Name != "https" || !strings.Contains(said(d, lan.WSDTypes), "NetworkVideoTransmitter") {
		return ""
	}
	addresses := strings.Fields(said(d, lan.WSDXAddrs))
	for _, a := range addresses {
		u, err := url.Parse(a)
		if err != nil || u.Scheme != "http" && u.Scheme != "https" {
			continue
		}
		at := u.Port()
		if at == "" {
			at = map[string]string{"http": "80", "https": "443"}[u.Scheme]
		}
		if at == strconv.Itoa(int(s.Port)) && u.Scheme == "https" == s.TLS && strings.HasPrefix(u.Path, "/") {
			return u.EscapedPath()
		}
	}
	if len(addresses) == 0 {
		return "/onvif/device_service"
	}
	return ""
}

func onvifOpen(ctx context.Context, p *probes.Pass) (lan.Verdict, error) {
	path := onvif(p.Device, p.Service)
	r, err := ask(ctx, p, path, onvifCall, maxPage)
	if err != nil {
		return lan.Undecided, err
	}
	body := bytes.ToLower(r.body)
	verdict, how := lan.Undecided, ""
	switch {
	case r.refuses() || bytes.Contains(body, []byte("notauthorized")) || bytes.Contains(body, []byte("failedauthentication")):
		verdict, how = lan.Pass, ", wants a login"
	case r.status == 200 && bytes.Contains(body, []byte("getnetworkinterfacesresponse")):
		verdict, how = lan.Fail, ", the answer itself"
	}
	p.Saw("called GetNetworkInterfaces at "+path+" without a login", r.line+how)
	return verdict, nil
}
