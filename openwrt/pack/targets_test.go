package pack

import (
	"regexp"
	"strings"
	"testing"
)

// target is a line of ../targets.
type target struct {
	name  string
	env   []string // GOARCH=mipsle and its kin
	archs []string // OpenWrt's
}

func targets(t *testing.T) []target {
	t.Helper()
	var all []target
	for line := range strings.Lines(read(t, openwrt, "targets")) {
		words := strings.Fields(line)
		if strings.HasPrefix(line, "#") || len(words) == 0 {
			continue
		}
		one := target{name: words[0]}
		for _, word := range words[1:] {
			if strings.Contains(word, "=") {
				one.env = append(one.env, word)
			} else {
				one.archs = append(one.archs, word)
			}
		}
		all = append(all, one)
	}
	return all
}

// builds is what may run on a router: the variables of golang-values.mk.
var builds = []struct{ arch, env string }{
	{`^mipsel_`, "GOARCH=mipsle GOMIPS=softfloat"},
	{`^mips_`, "GOARCH=mips GOMIPS=softfloat"},
	{`^aarch64_`, "GOARCH=arm64"},
	{`^x86_64$`, "GOARCH=amd64"},
	// The name ends in the FPU; vfp alone is the first, without the registers of
	// GOARM=7, and none is none.
	{`^arm_[^_]+_(neon|vfpv3|vfpv4)`, "GOARCH=arm GOARM=7"},
	{`^arm_`, "GOARCH=arm GOARM=5"},
}

// TestTargets holds each of OpenWrt's architectures to a build that runs there.
func TestTargets(t *testing.T) {
	served := map[string]string{}
	all := targets(t)
	for _, one := range all {
		for _, arch := range one.archs {
			if other := served[arch]; other != "" {
				t.Errorf("%s is served by %s and %s", arch, other, one.name)
			}
			served[arch] = one.name
			for _, b := range builds {
				if regexp.MustCompile(b.arch).MatchString(arch) {
					if got := strings.Join(one.env, " "); got != b.env {
						t.Errorf("%s is built with %s, want %s", arch, got, b.env)
					}
					break
				}
			}
		}
	}
	for _, arch := range strings.Fields("mips_24kc mipsel_24kc mipsel_74kc arm_cortex-a7_neon-vfpv4 arm_cortex-a9 arm_cortex-a9_vfpv3-d16 " +
		"arm_arm1176jzf-s_vfp arm_arm926ej-s aarch64_cortex-a53 aarch64_cortex-a72 aarch64_generic x86_64") {
		if served[arch] == "" {
			t.Errorf("no package for %s", arch)
		}
	}
	if len(all) != 6 {
		t.Errorf("%d builds", len(all))
	}
}

// TestSizesBuildsTheTargets holds .ci/sizes, which weighs what is released.
func TestSizesBuildsTheTargets(t *testing.T) {
	sizes := read(t, "../../.ci/sizes")
	for _, one := range targets(t) {
		line := "\nbuild " + one.name
		for _, set := range one.env {
			line += " " + strings.TrimPrefix(set, "GOARCH=")
		}
		if !strings.Contains(sizes, line+"\n") {
			t.Errorf(".ci/sizes has no line %q", line)
		}
	}
}
