package checks

import (
	"github.com/homesweep/homesweep/probes/identify"
	"github.com/homesweep/homesweep/probes/lan"
)

// tlsPort is a web server in TLS of which a handshake told this, key by key.
func tlsPort(facts ...string) lan.Service {
	h := lan.Heard{}
	for i := 0; i < len(facts); i += 2 {
		h[facts[i]] = facts[i+1]
	}
	return port("https", h)
}

const aes = "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"

var _ = hold("weak-tls",
	twin{name: "TLS 1.0", service: tlsPort(lan.TLSVersion, "1.0", identify.TLSCipher, "TLS_RSA_WITH_AES_128_CBC_SHA", identify.TLSKey, "RSA 2048"), want: lan.Fail},
	twin{name: "TLS 1.1", service: tlsPort(lan.TLSVersion, "1.1"), want: lan.Fail},
	twin{name: "SSL 3.0, which we refuse", service: tlsPort(lan.TLSVersion, "SSLv3", identify.TLSFailure, "protocol version not supported"), want: lan.Fail},
	twin{name: "3DES", service: tlsPort(lan.TLSVersion, "1.2", identify.TLSCipher, "TLS_RSA_WITH_3DES_EDE_CBC_SHA"), want: lan.LikelyFail},
	twin{name: "RC4", service: tlsPort(lan.TLSVersion, "1.2", identify.TLSCipher, "TLS_RSA_WITH_RC4_128_SHA"), want: lan.LikelyFail},
	twin{name: "a short key", service: tlsPort(lan.TLSVersion, "1.2", identify.TLSCipher, aes, identify.TLSKey, "RSA 1024"), want: lan.Fail},
	twin{name: "a short key and an old cipher", service: tlsPort(lan.TLSVersion, "1.2", identify.TLSCipher, "TLS_RSA_WITH_RC4_128_SHA", identify.TLSKey, "RSA 1024"), want: lan.Fail},
	twin{name: "a key too short for us", service: tlsPort(identify.TLSKey, "RSA 512", identify.TLSFailure, "key too small"), want: lan.Fail},
	twin{name: "signed with SHA-1 by another", service: tlsPort(lan.TLSVersion, "1.2", identify.TLSCipher, aes, identify.TLSSignature, "SHA1-RSA"), want: lan.LikelyFail},
	twin{name: "signed with SHA-1 by itself", service: tlsPort(lan.TLSVersion, "1.2", identify.TLSCipher, aes, identify.TLSKey, "RSA 2048", identify.TLSSignature, "SHA1-RSA", identify.TLSSelfSigned, "yes"), want: lan.Pass},
	twin{name: "TLS 1.3", service: tlsPort(lan.TLSVersion, "1.3", identify.TLSCipher, "TLS_AES_128_GCM_SHA256", identify.TLSKey, "ECDSA 256", identify.TLSSelfSigned, "yes"), want: lan.Pass},
	twin{name: "a cipher that nobody knows", service: tlsPort(lan.TLSVersion, "1.2", identify.TLSCipher, "0x1301"), want: lan.Undecided},
	twin{name: "a handshake that came to nothing", service: tlsPort(identify.TLSFailure, "handshake failure"), want: lan.Undecided},
	twin{name: "no TLS", service: port("http", nil), want: lan.NotApplicable})
