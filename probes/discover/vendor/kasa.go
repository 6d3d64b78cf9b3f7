package vendor

import "github.com/homesweep/homesweep/probes/lan"

var _ = register(Vendor{
	Name: "kasa", Port: 9999,
	Questions: always(kasaSysinfo), Alone: kasaSysinfo, Small: true,
	Hear: hearKasa,
})

var kasaSysinfo = kasaCipher([]byte(`{"system":{"get_sysinfo":{}}}`))

// kasaCipher is TP-Link's older protocol: each byte XORed with the ciphered one
// before it, beginning with 171 (python-kasa, XorEncryption). Over UDP there is
// no length in front. TCP port 9999 is never written to from here: printers
// print what arrives there.
func kasaCipher(plain []byte) []byte {
	out := make([]byte, len(plain))
	key := byte(171)
	for i, c := range plain {
		key ^= c
		out[i] = key
	}
	return out
}

// hearKasa reads the answer to get_sysinfo. It has a position, too, which is
// the home's, and is not looked at.
func hearKasa(b []byte) (lan.Sighting, bool) {
	plain := make([]byte, len(b))
	key := byte(171)
	for i, c := range b {
		plain[i] = c ^ key
		key = c
	}
	if len(plain) == 0 || plain[0] != '{' {
		return lan.Sighting{}, false
	}
	o := readObject(plain).in("system", "get_sysinfo")
	if camera := o.in("system"); camera != nil {
		o = camera
	}
	h := lan.Heard{}
	o.take(h, "kasa", "model", "sw_ver", "hw_ver", "alias", "type", "mic_type", "dev_name")
	for _, key := range []string{"mac", "mic_mac", "ethernet_mac"} {
		h.Set("kasa.mac", macText(o.text(key)))
	}
	if h["kasa.model"] == "" && h["kasa.sw_ver"] == "" {
		return lan.Sighting{}, false
	}
	return sighting(h, o.text("alias"))
}
