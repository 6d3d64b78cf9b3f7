package probes

import "crypto/tls"

// Lenient is a client's configuration that speaks with anything down to TLS 1.0
// and trusts nobody: what a device offers is to be read and reported, not relied
// on. It leaves out the curves of the post-quantum kind, whose keys would not fit
// into a hello of one packet, which is all that some devices read. It is the
// caller's own.
func Lenient() *tls.Config {
	config := &tls.Config{
		InsecureSkipVerify: true, //nolint:gosec // see above
		MinVersion:         tls.VersionTLS10,
		CurvePreferences:   []tls.CurveID{tls.X25519, tls.CurveP256, tls.CurveP384, tls.CurveP521},
	}
	for _, s := range append(tls.CipherSuites(), tls.InsecureCipherSuites()...) {
		config.CipherSuites = append(config.CipherSuites, s.ID)
	}
	return config
}
